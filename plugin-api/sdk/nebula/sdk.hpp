// The whole SDK in one include. A plugin that cares for its compile time includes what it uses.
#pragma once

#include <nebula/algorithm.hpp>
#include <nebula/clock.hpp>
#include <nebula/command.hpp>
#include <nebula/config.hpp>
#include <nebula/cpu_backend.hpp>
#include <nebula/error.hpp>
#include <nebula/events.hpp>
#include <nebula/executor.hpp>
#include <nebula/handover.hpp>
#include <nebula/health.hpp>
#include <nebula/host.hpp>
#include <nebula/http.hpp>
#include <nebula/kv.hpp>
#include <nebula/log.hpp>
#include <nebula/metrics.hpp>
#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/port_owner.hpp>
#include <nebula/pow.hpp>
#include <nebula/pow_session.hpp>
#include <nebula/services.hpp>
#include <nebula/status.hpp>
#include <nebula/text.hpp>
