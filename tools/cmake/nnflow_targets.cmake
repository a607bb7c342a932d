# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# nnflow_add_library and nnflow_add_executable, and the flags that every target has.

# Refuses arguments that a function does not know and keywords without a value.
macro(_nnflow_check_arguments function)
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${function}: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "${function}: no value for ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
endmacro()

# The flags of one target. Floating-point contraction stays off: results must not depend on whether
# the compiler finds a fused multiply-add.
function(nnflow_target_defaults target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE
    -ffp-contract=off -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=
    $<$<CONFIG:RelWithDebInfo>:-O3;-g1> $<$<CONFIG:Debug>:-Og>)
  nnflow_enable_warnings(${target})
  nnflow_enable_sanitizers(${target})
endfunction()

# Sets `out` to the targets of the namespace nnflow:: in the arguments that do not exist.
function(_nnflow_missing_targets out)
  set(missing "")
  foreach(item IN LISTS ARGN)
    if(item MATCHES "^nnflow::" AND NOT TARGET ${item})
      list(APPEND missing ${item})
    endif()
  endforeach()
  set(${out} "${missing}" PARENT_SCOPE)
endfunction()

# Appends to the list `out` the arguments that are files which do not exist.
function(_nnflow_missing_sources out)
  foreach(source IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH source)
    if(NOT EXISTS "${source}")
      list(APPEND ${out} "${source}")
    endif()
  endforeach()
  set(${out} "${${out}}" PARENT_SCOPE)
endfunction()

# Links LINK items; those before the first keyword are linked with `default_scope`.
function(_nnflow_link target default_scope)
  set(scope ${default_scope})
  foreach(item IN LISTS ARGN)
    if(item MATCHES "^(PUBLIC|PRIVATE|INTERFACE)$")
      set(scope ${item})
    else()
      target_link_libraries(${target} ${scope} ${item})
    endif()
  endforeach()
endfunction()

# nnflow_add_library(nnflow_<x> [SHARED|STATIC|INTERFACE] [SOURCES file...] [INCLUDE dir...]
#                    [LINK [PUBLIC|PRIVATE] target...] [DEFINE definition...] [TORCH])
# A library with the alias nnflow::<x>; static unless told. INCLUDE folders are public and, for
# libraries that are no plugin's kernels, installed; without INCLUDE the folder plugins/ is public, for
# "crop/kernels/nonzero_box.hpp". It is left out, with a line in the summary, where a library of the
# project that it links is not built.
function(nnflow_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SHARED;STATIC;INTERFACE;TORCH" ""
                        "SOURCES;INCLUDE;LINK;DEFINE")
  _nnflow_check_arguments(nnflow_add_library)
  if(NOT target MATCHES "^nnflow_(.+)$")
    message(FATAL_ERROR "nnflow_add_library: ${target} does not begin with nnflow_")
  endif()
  set(alias ${CMAKE_MATCH_1})
  _nnflow_missing_targets(missing ${arg_LINK})
  _nnflow_missing_sources(missing ${arg_SOURCES})
  if(missing)
    nnflow_leave_out("library ${target}: " MISSING ${missing})
    return()
  endif()

  set(scope PUBLIC)
  if(arg_INTERFACE)
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  elseif(arg_SHARED)
    add_library(${target} SHARED ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES SOVERSION ${PROJECT_VERSION_MAJOR}
                                               INSTALL_RPATH "$ORIGIN;$ORIGIN/nnflow")
    target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
    # Clang links the run-time library of a sanitizer to programs only.
    if(NOT NNFLOW_SANITIZE OR NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()
  else()
    add_library(${target} STATIC ${arg_SOURCES})
  endif()
  add_library(nnflow::${alias} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${alias})
  if(NOT arg_INTERFACE)
    nnflow_target_defaults(${target})
    target_compile_features(${target} PUBLIC cxx_std_20)
  endif()

  if(arg_INCLUDE)
    foreach(folder IN LISTS arg_INCLUDE)
      cmake_path(ABSOLUTE_PATH folder NORMALIZE)
      target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${folder}>
                                                    $<INSTALL_INTERFACE:include>)
      set_property(TARGET ${target} APPEND PROPERTY NNFLOW_INCLUDE ${folder})
    endforeach()
    if(arg_SHARED OR arg_INTERFACE)
      set_property(GLOBAL APPEND PROPERTY NNFLOW_INSTALLED ${target})
    endif()
  else()
    target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/plugins)
  endif()
  target_compile_definitions(${target} ${scope} ${arg_DEFINE})
  _nnflow_link(${target} ${scope} ${arg_LINK})
  if(arg_TORCH)
    nnflow_use_torch(${target})
  endif()
endfunction()

# nnflow_add_executable(<name> SOURCES file... [LINK target...] [DEFINE definition...])
# An installed program, in bin/.
function(nnflow_add_executable target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;DEFINE")
  _nnflow_check_arguments(nnflow_add_executable)
  _nnflow_missing_targets(missing ${arg_LINK})
  _nnflow_missing_sources(missing ${arg_SOURCES})
  if(missing)
    nnflow_leave_out("program ${target}: " MISSING ${missing})
    return()
  endif()
  add_executable(${target} ${arg_SOURCES})
  add_executable(nnflow::${target} ALIAS ${target})
  nnflow_target_defaults(${target})
  set(libraries "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${libraries};${libraries}/nnflow")
  target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
  target_compile_definitions(${target} PRIVATE ${arg_DEFINE})
  _nnflow_link(${target} PRIVATE ${arg_LINK})
  install(TARGETS ${target} EXPORT nnflowTargets RUNTIME COMPONENT runtime)
endfunction()

# Adds the target nnflow_product: all that is installed.
function(nnflow_add_product)
  add_custom_target(nnflow_product)
  get_property(plugins GLOBAL PROPERTY NNFLOW_BUILT_PLUGINS)
  list(TRANSFORM plugins PREPEND nnflow_plugin_)
  get_property(libraries GLOBAL PROPERTY NNFLOW_INSTALLED)
  list(APPEND plugins ${libraries})
  if(TARGET nnflow)
    list(APPEND plugins nnflow)
  endif()
  if(plugins)
    add_dependencies(nnflow_product ${plugins})
  endif()
endfunction()
