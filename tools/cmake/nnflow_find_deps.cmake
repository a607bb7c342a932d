# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Third-party packages. Nothing is downloaded here: tools/setup does that. Each is found only when a
# part that is built uses it, and its headers are SYSTEM headers.
#
# Targets for use in LINK, besides those of the packages themselves (TBB::tbb, yaml-cpp,
# CLI11::CLI11, spdlog::spdlog, nlohmann_json::nlohmann_json, Threads::Threads, ZLIB::ZLIB):
#   nnflow_boost_dll   Boost.DLL on std::filesystem
#   nnflow_fmt         fmt, header only, so that it may meet Torch's copy
#   nnflow_xxhash      xxHash, header only
#   nnflow_itk         the ITK modules in use
#   nnflow_blosc2      C-Blosc2 with b2nd
#   nnflow_libzip      libzip
#   nnflow_libdeflate  libdeflate

find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.75 REQUIRED)
find_path(NNFLOW_XXHASH_INCLUDE xxhash.h)
mark_as_advanced(NNFLOW_XXHASH_INCLUDE)

add_library(nnflow_boost_dll INTERFACE)
target_link_libraries(nnflow_boost_dll INTERFACE Boost::headers ${CMAKE_DL_LIBS})
target_compile_definitions(nnflow_boost_dll INTERFACE BOOST_DLL_USE_STD_FS)

add_library(nnflow_fmt INTERFACE)
target_link_libraries(nnflow_fmt INTERFACE fmt::fmt-header-only)

add_library(nnflow_xxhash INTERFACE)
# Its inlining by force fails at -Og with sanitizers; digests are the same without.
target_compile_definitions(nnflow_xxhash INTERFACE XXH_INLINE_ALL $<$<CONFIG:Debug>:XXH_NO_INLINE_HINTS=1>)

if(NNFLOW_TESTS)
  find_package(GTest REQUIRED)
  find_package(ZLIB REQUIRED)
endif()
if(NNFLOW_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

if(NOT "${NNFLOW_PLUGINS}" STREQUAL "")
  # Only the modules in use: ITK_LIBRARIES of all of ITK would bring FFTW. Its package names programs
  # of GDCM that Debian keeps in another package; these notices are not shown.
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
  find_package(ITK 5.2 REQUIRED COMPONENTS ITKCommon ITKIOImageBase ITKIONIFTI ITKIONRRD ITKIOMeta
                                           ITKIOPNG ITKIOTIFF ITKIOBMP)
  unset(CMAKE_MESSAGE_LOG_LEVEL)
  message(STATUS "ITK ${ITK_VERSION}: ${ITK_LIBRARIES}")
  add_library(nnflow_itk INTERFACE)
  target_include_directories(nnflow_itk SYSTEM INTERFACE ${ITK_INCLUDE_DIRS})
  target_link_libraries(nnflow_itk INTERFACE ${ITK_LIBRARIES})

  if(NOT EXISTS "${NNFLOW_DEPS}/blosc2/include/b2nd.h")
    message(FATAL_ERROR "no Blosc2 in ${NNFLOW_DEPS}: run tools/setup, or set NNFLOW_DEPS")
  endif()
  add_library(nnflow_blosc2 SHARED IMPORTED)
  set_target_properties(nnflow_blosc2 PROPERTIES
    IMPORTED_LOCATION "${NNFLOW_DEPS}/blosc2/lib/libblosc2.so"
    IMPORTED_SONAME libblosc2.so.9
    INTERFACE_INCLUDE_DIRECTORIES "${NNFLOW_DEPS}/blosc2/include")

  find_path(NNFLOW_LIBDEFLATE_INCLUDE libdeflate.h REQUIRED)
  find_library(NNFLOW_LIBDEFLATE_LIBRARY deflate REQUIRED)
  mark_as_advanced(NNFLOW_LIBDEFLATE_INCLUDE NNFLOW_LIBDEFLATE_LIBRARY)
  add_library(nnflow_libdeflate INTERFACE)
  target_include_directories(nnflow_libdeflate SYSTEM INTERFACE "${NNFLOW_LIBDEFLATE_INCLUDE}")
  target_link_libraries(nnflow_libdeflate INTERFACE "${NNFLOW_LIBDEFLATE_LIBRARY}")

  # The package's own targets name programs that Debian keeps in other packages.
  find_path(NNFLOW_LIBZIP_INCLUDE zip.h REQUIRED)
  find_library(NNFLOW_LIBZIP_LIBRARY zip REQUIRED)
  mark_as_advanced(NNFLOW_LIBZIP_INCLUDE NNFLOW_LIBZIP_LIBRARY)
  add_library(nnflow_libzip INTERFACE)
  target_include_directories(nnflow_libzip SYSTEM INTERFACE "${NNFLOW_LIBZIP_INCLUDE}")
  target_link_libraries(nnflow_libzip INTERFACE "${NNFLOW_LIBZIP_LIBRARY}")
endif()
