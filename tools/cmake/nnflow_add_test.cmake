# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# nnflow_add_test(<name> SOURCES file... [LINK target...] [PLUGINS p...] [LABELS label...]
#                 [TIMEOUT seconds] [ENVIRONMENT VAR=value...] [DEFINE definition...] [TORCH]
#                 [DEPENDS target...] [SERIAL])
# One GoogleTest program and one ctest entry, run in a folder of its own, which is TMPDIR too. PLUGINS
# are built first and found through NNFLOW_PLUGIN_PATH. Left out, with a line in the summary, where a
# library or plugin of the project that it names is not built.
function(nnflow_add_test name)
  if(NOT NNFLOW_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH;SERIAL" "TIMEOUT"
                        "SOURCES;LINK;PLUGINS;LABELS;ENVIRONMENT;DEFINE;DEPENDS")
  _nnflow_check_arguments(nnflow_add_test)
  _nnflow_missing_targets(missing ${arg_LINK})
  foreach(plugin IN LISTS arg_PLUGINS)
    if(NOT TARGET nnflow_plugin_${plugin})
      list(APPEND missing nnflow_plugin_${plugin})
    endif()
  endforeach()
  if(arg_TORCH AND NOT TARGET nnflow_torch_cpu)
    list(APPEND missing torch)
  endif()
  if(missing)
    nnflow_leave_out("test ${name}: " MISSING ${missing})
    return()
  endif()

  add_executable(${name} ${arg_SOURCES})
  nnflow_target_defaults(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin")
  target_compile_definitions(${name} PRIVATE
    NNFLOW_SOURCE_DIR="${PROJECT_SOURCE_DIR}" NNFLOW_BUILD_DIR="${PROJECT_BINARY_DIR}"
    NNFLOW_PLUGIN_DIR="${NNFLOW_PLUGIN_DIR}" ${arg_DEFINE})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/plugins")
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gmock GTest::gtest GTest::gtest_main)
  if(TARGET nnflow::test_support AND NOT name STREQUAL nnflow_test_support)
    target_link_libraries(${name} PRIVATE nnflow::test_support)
  endif()
  if(arg_TORCH)
    nnflow_use_torch(${name})
    list(APPEND arg_LABELS torch)
  endif()
  if(arg_PLUGINS)
    list(TRANSFORM arg_PLUGINS PREPEND nnflow_plugin_ OUTPUT_VARIABLE plugin_targets)
    add_dependencies(${name} ${plugin_targets})
  endif()
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()

  set(folder "${PROJECT_BINARY_DIR}/tests/tmp/${name}")
  file(MAKE_DIRECTORY "${folder}")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${folder}")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
  list(REMOVE_DUPLICATES arg_LABELS)
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
    ENVIRONMENT "TMPDIR=${folder};NNFLOW_PLUGIN_PATH=${NNFLOW_PLUGIN_DIR};${arg_ENVIRONMENT}")
endfunction()

# nnflow_add_bench(<name> SOURCES file... [LINK target...] [TORCH])
# A Google Benchmark program in tests/bin; built with NNFLOW_BENCHMARKS, never run by ctest.
function(nnflow_add_bench name)
  if(NOT NNFLOW_BENCHMARKS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "TORCH" "" "SOURCES;LINK")
  _nnflow_check_arguments(nnflow_add_bench)
  _nnflow_missing_targets(missing ${arg_LINK})
  if(missing)
    nnflow_leave_out("benchmark ${name}: " MISSING ${missing})
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  nnflow_target_defaults(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/plugins")
  target_link_libraries(${name} PRIVATE ${arg_LINK} benchmark::benchmark benchmark::benchmark_main)
  if(arg_TORCH)
    nnflow_use_torch(${name})
  endif()
endfunction()
