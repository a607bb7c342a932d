# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# nnflow_add_plugin(<p> SOURCES file... [LINK target...] [DEFINE definition...] [TORCH]
#                   [OUTPUT_DIRECTORY dir] [OUTPUT_NAME name] [NO_MANIFEST])
# A plugin: lib/nnflow/plugins/libnnflow_plugin_<p>.so, target nnflow_plugin_<p>, and beside it the
# manifest <p>.nnflow.json, written by the nnflow program after linking. The library exports the one
# symbol nnflow_plugin. TORCH links LibTorch. OUTPUT_DIRECTORY, OUTPUT_NAME and NO_MANIFEST are for
# the plugins of tests, some of which are made to be wrong. The installed package has this function
# too; there a plugin is written to the current binary folder unless told.

set(NNFLOW_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/nnflow_plugin.map")
if(NOT DEFINED NNFLOW_MANIFESTS)
  set(NNFLOW_MANIFESTS ON)
endif()

function(nnflow_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH;NO_MANIFEST" "OUTPUT_DIRECTORY;OUTPUT_NAME"
                        "SOURCES;LINK;DEFINE")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "nnflow_add_plugin(${name}): unknown arguments or keywords without a value: "
                        "${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  set(target nnflow_plugin_${name})
  if(COMMAND _nnflow_missing_targets)
    _nnflow_missing_targets(missing nnflow::sdk ${arg_LINK})
    _nnflow_missing_sources(missing ${arg_SOURCES})
    if(missing)
      nnflow_leave_out("plugin ${name}: " MISSING ${missing})
      return()
    endif()
  endif()

  add_library(${target} MODULE ${arg_SOURCES})
  set(directory "${NNFLOW_PLUGIN_DIR}")
  if(arg_OUTPUT_DIRECTORY)
    set(directory "${arg_OUTPUT_DIRECTORY}")
  elseif(NOT directory)
    set(directory "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  set(output_name nnflow_plugin_${name})
  if(arg_OUTPUT_NAME)
    set(output_name "${arg_OUTPUT_NAME}")
  endif()
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME "${output_name}"
    LIBRARY_OUTPUT_DIRECTORY "${directory}"
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH "$ORIGIN/../..;$ORIGIN/.."
    LINK_DEPENDS "${NNFLOW_PLUGIN_MAP}")
  if(COMMAND nnflow_target_defaults)
    nnflow_target_defaults(${target})
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/plugins")
    target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
  endif()
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_definitions(${target} PRIVATE ${arg_DEFINE})
  target_link_libraries(${target} PRIVATE nnflow::sdk ${arg_LINK})
  target_link_options(${target} PRIVATE -Wl,--no-undefined -Wl,--exclude-libs,ALL
                      "-Wl,--version-script=${NNFLOW_PLUGIN_MAP}")
  set(needs "")
  if(arg_TORCH)
    nnflow_use_torch(${target})
    set(needs --need libtorch)
  endif()

  set(manifest "")
  if(NOT arg_NO_MANIFEST AND NNFLOW_MANIFESTS AND TARGET nnflow::nnflow)
    set(manifest "${directory}/${name}.nnflow.json")
    add_dependencies(${target} nnflow::nnflow)
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND nnflow::nnflow manifest $<TARGET_FILE:${target}> -o "${manifest}" ${needs}
      BYPRODUCTS "${manifest}"
      VERBATIM)
  endif()
  if(COMMAND nnflow_target_defaults AND NOT arg_OUTPUT_DIRECTORY)
    set_property(GLOBAL APPEND PROPERTY NNFLOW_BUILT_PLUGINS ${name})
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/nnflow/plugins
            COMPONENT runtime)
    if(manifest)
      install(FILES "${manifest}" DESTINATION ${CMAKE_INSTALL_LIBDIR}/nnflow/plugins
              COMPONENT runtime)
    endif()
  endif()
endfunction()
