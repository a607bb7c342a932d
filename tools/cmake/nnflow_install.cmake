# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# The package: find_package(nnflow) gives nnflow::sdk, nnflow::runtime, nnflow::testing,
# nnflow::imaging, nnflow::nnunet, the program nnflow::nnflow, and nnflow_add_plugin for plugins outside the tree. It
# is there in the build tree (nnflow_DIR=<build>/lib/cmake/nnflow) as in the install tree.

include(CMakePackageConfigHelpers)

set(_nnflow_package_files
    "${CMAKE_CURRENT_LIST_DIR}/nnflow_add_plugin.cmake" "${CMAKE_CURRENT_LIST_DIR}/nnflow_plugin.map")
set(_nnflow_config_in "${CMAKE_CURRENT_LIST_DIR}/nnflowConfig.cmake.in")

function(nnflow_install_package)
  get_property(targets GLOBAL PROPERTY NNFLOW_INSTALLED)
  foreach(target IN LISTS targets)
    set(component runtime)
    set(export "")
    if(target MATCHES "^nnflow_(sdk|imaging|nnunet|runtime|testing)$")
      set(component ${CMAKE_MATCH_1})
      string(REPLACE runtime sdk headers ${component})
      set(export EXPORT nnflowTargets)
      get_target_property(folders ${target} NNFLOW_INCLUDE)
      foreach(folder IN LISTS folders)
        install(DIRECTORY "${folder}/" DESTINATION include COMPONENT ${headers}
                FILES_MATCHING PATTERN "*.hpp")
      endforeach()
    endif()
    install(TARGETS ${target} ${export}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component})
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/pipelines/" DESTINATION share/nnflow/pipelines
          COMPONENT runtime FILES_MATCHING PATTERN "*.yaml")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/tools/templates/" DESTINATION share/nnflow/templates
          COMPONENT sdk)
  if(NOT targets)
    return()
  endif()

  set(destination ${CMAKE_INSTALL_LIBDIR}/cmake/nnflow)
  set(here "${PROJECT_BINARY_DIR}/lib/cmake/nnflow")
  configure_package_config_file("${_nnflow_config_in}" "${here}/nnflowConfig.cmake"
                                INSTALL_DESTINATION ${destination})
  write_basic_package_version_file("${here}/nnflowConfigVersion.cmake"
                                   COMPATIBILITY SameMajorVersion)
  file(COPY ${_nnflow_package_files} DESTINATION "${here}")
  export(EXPORT nnflowTargets NAMESPACE nnflow:: FILE "${here}/nnflowTargets.cmake")
  install(EXPORT nnflowTargets NAMESPACE nnflow:: DESTINATION ${destination} COMPONENT sdk)
  install(FILES "${here}/nnflowConfig.cmake" "${here}/nnflowConfigVersion.cmake"
                ${_nnflow_package_files}
          DESTINATION ${destination} COMPONENT sdk)
endfunction()
