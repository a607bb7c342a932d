# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Sanitizers and coverage, the same flags for every target.

if(NNFLOW_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "NNFLOW_FUZZ: ${CMAKE_CXX_COMPILER} has no libFuzzer; take clang, as the preset fuzz does")
endif()

function(nnflow_enable_sanitizers target)
  if(NNFLOW_SANITIZE)
    # Without "vptr": oneTBB's headers cast the memory of a task before its constructor has run.
    target_compile_options(${target} PRIVATE -fsanitize=${NNFLOW_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=undefined -fno-sanitize=vptr)
    target_link_options(${target} PRIVATE -fsanitize=${NNFLOW_SANITIZE})
  endif()
  if(NNFLOW_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(NNFLOW_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PRIVATE --coverage)
  endif()
endfunction()
