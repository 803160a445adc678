#pragma once

#include <nebula/svc/pow-backend.h>

extern const neb_pow_backend fixture_backend;
