# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# LibTorch from the folder that tools/setup fills. Its own CMake package asks for CUDA, so the two
# libraries in use are named here; what they need is found through their own run paths.

if(NNFLOW_WITH_TORCH AND NOT "${NNFLOW_PLUGINS}" STREQUAL "")
  set(_torch "${NNFLOW_DEPS}/torch")
  if(NOT EXISTS "${_torch}/lib/libtorch_cpu.so")
    message(FATAL_ERROR "no LibTorch in ${NNFLOW_DEPS}: run tools/setup, set NNFLOW_DEPS, or "
                        "configure with -DNNFLOW_WITH_TORCH=OFF")
  endif()
  add_library(nnflow_c10 SHARED IMPORTED)
  set_target_properties(nnflow_c10 PROPERTIES IMPORTED_LOCATION "${_torch}/lib/libc10.so")
  add_library(nnflow_torch_cpu SHARED IMPORTED)
  set_target_properties(nnflow_torch_cpu PROPERTIES
    IMPORTED_LOCATION "${_torch}/lib/libtorch_cpu.so"
    INTERFACE_LINK_LIBRARIES nnflow_c10
    INTERFACE_INCLUDE_DIRECTORIES "${_torch}/include;${_torch}/include/torch/csrc/api/include"
    # Torch's own fmt comes first in the search path; header-only use of either never meets the other.
    INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY
    INTERFACE_LINK_OPTIONS -Wl,--allow-shlib-undefined)

  # What tells the program where to look for it: what was linked comes first in the build tree, and
  # is unknown in an installed one.
  file(STRINGS "${_torch}/include/torch/headeronly/version.h" _version REGEX "\"[0-9.]+\"")
  string(REGEX MATCH "[0-9.]+" NNFLOW_TORCH_VERSION "${_version}")
  set(NNFLOW_TORCH_FIRST "\n    \"${_torch}\",")
  configure_file("${CMAKE_CURRENT_LIST_DIR}/libtorch.library.json.in"
                 "${NNFLOW_PLUGIN_DIR}/libtorch.library.json" @ONLY)
  set(NNFLOW_TORCH_FIRST "")
  configure_file("${CMAKE_CURRENT_LIST_DIR}/libtorch.library.json.in"
                 "${PROJECT_BINARY_DIR}/install/libtorch.library.json" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/install/libtorch.library.json"
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/nnflow/plugins COMPONENT runtime)

  if(NNFLOW_TORCH_PCH)
    file(WRITE "${PROJECT_BINARY_DIR}/torch_pch.cpp" "// Holds the precompiled torch/torch.h.\n")
    add_library(nnflow_torch_pch OBJECT "${PROJECT_BINARY_DIR}/torch_pch.cpp")
    nnflow_target_defaults(nnflow_torch_pch)
    target_link_libraries(nnflow_torch_pch PRIVATE nnflow_torch_cpu)
    target_precompile_headers(nnflow_torch_pch PRIVATE <torch/torch.h>)
  endif()
endif()

# Links LibTorch to a target and lets it use the precompiled torch/torch.h. Sources include what
# they use all the same: a build without the precompiled header must pass.
function(nnflow_use_torch target)
  if(ARGN)
    message(FATAL_ERROR "nnflow_use_torch: unknown arguments: ${ARGN}")
  endif()
  if(NOT TARGET nnflow_torch_cpu)
    message(FATAL_ERROR "nnflow_use_torch(${target}): configured with NNFLOW_WITH_TORCH=OFF")
  endif()
  get_target_property(type ${target} TYPE)
  if(type MATCHES "EXECUTABLE|MODULE")
    target_link_libraries(${target} PRIVATE nnflow_torch_cpu)
  else()
    target_link_libraries(${target} PUBLIC nnflow_torch_cpu)
  endif()
  # The flags of the precompiled header, without which the compiler refuses it.
  if(type STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET default
                                             VISIBILITY_INLINES_HIDDEN OFF)
  if(TARGET nnflow_torch_pch)
    target_precompile_headers(${target} REUSE_FROM nnflow_torch_pch)
  endif()
endfunction()
