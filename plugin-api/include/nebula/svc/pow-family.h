// nebula.pow.family/1: algorithms with free parameters. "yescrypt:version=0.5,N=4096,r=16,pers=Client Key" is the member of the
// family "yescrypt" with the parameters behind the colon. Members are algorithms like any other, made when first named.
//
// Since 1.1. An instance provides a family under its name in `init`; the host asks it for a member whenever somebody names one
// that it does not know yet, and offers that member under its canonical name from then on.
#pragma once

#include "pow-backend.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_POW_FAMILY "nebula.pow.family/1"

// A backend of a member, with the properties it is selected by (as in `provide`, algorithm= left out). Fixed for ever.
typedef struct neb_pow_member_backend {
   const neb_pow_backend *backend;
   const char *properties;
} neb_pow_member_backend;

// A member. It and all it points to live as long as the instance.
typedef struct neb_pow_member {
   uint32_t size;
   uint32_t backend_count;
   const neb_pow_algorithm *algorithm; // its name is canonical: the family's, a colon, every parameter in a fixed order
   const neb_pow_member_backend *backends;
} neb_pow_member;

typedef struct neb_pow_family neb_pow_family;
struct neb_pow_family {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;
   const char *name;       // "yescrypt": what stands before the colon; may also be the name of an algorithm
   const char *parameters; // for operators: each parameter, its range and its default, in one line

   // The member with these parameters ("version=0.5,N=4096,r=16,pers=Client Key"; a parameter left out has its default). The
   // same parameters in another order or spelling give the same member.
   // NEB_E_INVALID: a parameter is unknown, stands twice or is out of range; NEB_E_FULL: it has as many members as it keeps.
   // [thread-safe]
   neb_status (*member)(const neb_pow_family *self, neb_str parameters, const neb_pow_member **out, neb_error *err);
};

NEB_EXTERN_C_END
