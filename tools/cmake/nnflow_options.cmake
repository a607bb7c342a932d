# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Build options, each with one line, and the places where things are written.

set(NNFLOW_PLUGINS "all" CACHE STRING "Plugins to build: \"all\", empty, or a list such as crop;resample")
option(NNFLOW_WITH_TORCH "Build the plugins that need LibTorch" ON)
option(NNFLOW_TORCH_PCH "Compile torch/torch.h once, as a precompiled header" ON)
option(NNFLOW_TESTS "Build the tests" ON)
option(NNFLOW_BENCHMARKS "Build the micro benchmarks" OFF)
option(NNFLOW_WERROR "Treat compiler warnings as errors" OFF)
option(NNFLOW_REQUIRE_ALL "Fail where a folder or target that is named does not exist" OFF)
option(NNFLOW_CCACHE "Compile through ccache where it is installed" ON)
option(NNFLOW_MANIFESTS "Write <plugin>.nnflow.json after linking a plugin" ON)
set(NNFLOW_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")
option(NNFLOW_COVERAGE "Instrument for gcov" OFF)
option(NNFLOW_FUZZ "Build tests/fuzz with libFuzzer, which needs clang" OFF)
if(DEFINED ENV{NNFLOW_DEPS})
  set(_nnflow_deps "$ENV{NNFLOW_DEPS}")
else()
  set(_nnflow_deps "$ENV{HOME}/.cache/nnflow/deps")
endif()
set(NNFLOW_DEPS "${_nnflow_deps}" CACHE PATH "Folder that tools/setup fills: torch/ and blosc2/")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Both trees have the same shape, so that $ORIGIN-relative run paths hold in each.
include(GNUInstallDirs)
set(CMAKE_INSTALL_LIBDIR lib)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/static")
set(NNFLOW_PLUGIN_DIR "${PROJECT_BINARY_DIR}/lib/nnflow/plugins")
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/share/nnflow")
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/pipelines" "${PROJECT_BINARY_DIR}/share/nnflow/pipelines"
     SYMBOLIC)
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/tools/templates"
     "${PROJECT_BINARY_DIR}/share/nnflow/templates" SYMBOLIC)

if(NNFLOW_CCACHE)
  find_program(NNFLOW_CCACHE_PROGRAM ccache)
  mark_as_advanced(NNFLOW_CCACHE_PROGRAM)
  if(NNFLOW_CCACHE_PROGRAM)
    # ccache takes part in precompiled headers only when it may ignore their time stamps.
    set(_launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
        "${NNFLOW_CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER "${_launcher}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${_launcher}")
  endif()
endif()

# Prints what will be built, and what is left out and why.
function(nnflow_print_summary)
  get_property(plugins GLOBAL PROPERTY NNFLOW_BUILT_PLUGINS)
  get_property(left_out GLOBAL PROPERTY NNFLOW_LEFT_OUT)
  message(STATUS "nnflow ${PROJECT_VERSION}: ${CMAKE_BUILD_TYPE} in ${PROJECT_BINARY_DIR}")
  message(STATUS "  plugins     ${plugins}")
  foreach(option IN ITEMS WITH_TORCH TORCH_PCH TESTS BENCHMARKS WERROR SANITIZE COVERAGE FUZZ DEPS)
    string(SUBSTRING "${option}           " 0 11 name)
    message(STATUS "  ${name} ${NNFLOW_${option}}")
  endforeach()
  foreach(line IN LISTS left_out)
    message(STATUS "  left out    ${line}")
  endforeach()
endfunction()

# Notes that something is not built, with the targets of which some are missing; an error where
# everything is required.
function(nnflow_leave_out reason)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MISSING")
  if(arg_MISSING)
    list(JOIN arg_MISSING ", " missing)
    string(APPEND reason "no ${missing}")
  endif()
  if(NNFLOW_REQUIRE_ALL)
    message(FATAL_ERROR "nnflow: ${reason}")
  endif()
  set_property(GLOBAL APPEND PROPERTY NNFLOW_LEFT_OUT "${reason}")
endfunction()
