# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# What an installation has besides our own files, and the packages of CPack: a .deb whose libraries
# come from Debian, and a portable .tar.gz that brings them along. LibTorch is in neither.

# Licences of what is compiled in or brought along by every installation.
function(_nnflow_install_licences)
  set(documents share/doc/nnflow)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/engine/third_party.md"
          DESTINATION ${documents} COMPONENT runtime)
  foreach(package IN ITEMS libboost1.81-dev libcli11-dev libfmt-dev libspdlog-dev libxxhash-dev
                           nlohmann-json3-dev)
    install(FILES "/usr/share/doc/${package}/copyright" DESTINATION ${documents}/third_party
            RENAME ${package}.txt COMPONENT runtime OPTIONAL)
  endforeach()
  # Not that of libtcc, a library of its own that is left out.
  install(DIRECTORY "${NNFLOW_DEPS}/licenses/blosc2" "${NNFLOW_DEPS}/licenses/torch"
          DESTINATION ${documents}/third_party COMPONENT runtime OPTIONAL
          PATTERN "*LIBTCC*" EXCLUDE)
endfunction()

function(_nnflow_install_dependencies)
  if(TARGET nnflow_blosc2)  # Debian has no such version of it
    install(FILES "${NNFLOW_DEPS}/blosc2/lib/libblosc2.so.9"
            DESTINATION ${CMAKE_INSTALL_LIBDIR}/nnflow COMPONENT runtime
            PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()
  install(CODE "set(strip_program \"${CMAKE_STRIP}\")" COMPONENT bundle EXCLUDE_FROM_ALL)
  install(SCRIPT "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/nnflow_bundle.cmake" COMPONENT bundle
          EXCLUDE_FROM_ALL)
endfunction()

macro(nnflow_package)
  _nnflow_install_licences()
  _nnflow_install_dependencies()

  set(CPACK_GENERATOR "DEB;TGZ")
  set(CPACK_PACKAGE_VENDOR "The nnflow authors")
  set(CPACK_PACKAGE_CONTACT "The nnflow authors <nnflow@localhost>")
  set(CPACK_PACKAGE_FILE_NAME "nnflow-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR}")
  set(CPACK_PACKAGE_CHECKSUM SHA256)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_VERBATIM_VARIABLES ON)
  set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/tools/cmake/nnflow_cpack.cmake")
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION science)
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS graphviz)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${NNFLOW_DEPS}/torch/lib" "${NNFLOW_DEPS}/blosc2/lib")
  include(CPack)
endmacro()
