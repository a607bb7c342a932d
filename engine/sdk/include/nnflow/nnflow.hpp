// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// Everything a plugin author needs: `#include <nnflow/nnflow.hpp>`.

#include "nnflow/abi.hpp"
#include "nnflow/artifact.hpp"
#include "nnflow/context.hpp"
#include "nnflow/diagnosis.hpp"
#include "nnflow/elements.hpp"
#include "nnflow/error.hpp"
#include "nnflow/executor.hpp"
#include "nnflow/interface.hpp"
#include "nnflow/payload.hpp"
#include "nnflow/plugin.hpp"
#include "nnflow/port.hpp"
#include "nnflow/rng.hpp"
#include "nnflow/spec.hpp"
#include "nnflow/stage.hpp"
#include "nnflow/value.hpp"
