# SPDX-FileCopyrightText: 2026 The nnflow authors
# SPDX-License-Identifier: Apache-2.0
# Read by CPack once per kind of package.
if(CPACK_GENERATOR STREQUAL "TGZ")
  list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 _build)
  list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${_build}" nnflow bundle /)
else()
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
endif()
