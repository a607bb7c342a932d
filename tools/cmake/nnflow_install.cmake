# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# The installed package: find_package(nnflow) gives nnflow::sdk and the support libraries, and
# nnflow_add_plugin for plugins outside the tree.

function(nnflow_install_package)
  get_property(targets GLOBAL PROPERTY NNFLOW_INSTALLED)
  foreach(target IN LISTS targets)
    set(component runtime)
    if(target MATCHES "^nnflow_(sdk|imaging)$")
      set(component ${CMAKE_MATCH_1})
    endif()
    get_target_property(folders ${target} NNFLOW_INCLUDE)
    foreach(folder IN LISTS folders)
      install(DIRECTORY "${folder}/" DESTINATION include COMPONENT ${component}
              FILES_MATCHING PATTERN "*.hpp")
    endforeach()
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${component})
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/pipelines/" DESTINATION share/nnflow/pipelines
          COMPONENT runtime FILES_MATCHING PATTERN "*.yaml")
endfunction()
