/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the issuers of a path permit: how long it may be and for which names, RFC 5280 sections 4.2.1.9 and
 * 4.2.1.10. Only asked for a path that is bad, to say which certificate breaks which rule. */

#include "session/smtp-certificate-private.h"

#include <gnutls/x509-ext.h>

#define OID_NAMES       "2.5.29.17"
#define OID_CONSTRAINTS "2.5.29.30"

/* Each name is held against each constraint: what the extension may have in bytes, and that multiplied with
 * what the extension of names has. */
#define MOST_CONSTRAINTS 16384
#define MOST_PRODUCT     (G_GUINT64_CONSTANT (1) << 26)

static const gnutls_x509_subject_alt_name_t kinds[] = {
  GNUTLS_SAN_DNSNAME, GNUTLS_SAN_RFC822NAME, GNUTLS_SAN_IPADDRESS, GNUTLS_SAN_URI, GNUTLS_SAN_DN,
};

static gsize
size_of_extension (gnutls_x509_crt_t  crt,
                   const char        *oid)
{
  gnutls_datum_t content = { NULL, 0 };
  gsize size;

  if (gnutls_x509_crt_get_extension_by_oid2 (crt, oid, 0, &content, NULL) < 0)
    return 0;

  size = content.size;
  gnutls_free (content.data);

  return size;
}

static void
add_fault (SmtpChain  *self,
           guint       forbidden,
           guint       issuer,
           const char *rule)
{
  g_autofree char *subject = smtp_certificate_show_subject (g_array_index (self->path, SmtpChainLink, issuer).crt);
  g_autofree char *detail = g_strconcat (rule, " of ", subject, NULL);

  smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_CONSTRAINTS,
                           g_array_index (self->path, SmtpChainLink, forbidden).index, detail);
}

static void
judge_length (SmtpChain *self,
              guint      issuer)
{
  gnutls_x509_crt_t crt = g_array_index (self->path, SmtpChainLink, issuer).crt;
  unsigned int is_ca;
  int most = -1;
  int n = 0;

  if (gnutls_x509_crt_get_basic_constraints (crt, NULL, &is_ca, &most) < 0 || most < 0)
    return;

  /* The server's own certificate does not count, nor do those that an authority issued to itself. */
  for (guint i = issuer - 1; i > 0; i--)
    {
      gnutls_x509_crt_t below = g_array_index (self->path, SmtpChainLink, i).crt;

      if (!smtp_certificate_is_issuer (below, below) && ++n > most)
        {
          add_fault (self, i, issuer, "path length");
          return;
        }
    }
}

static void
judge_names (SmtpChain *self,
             guint      issuer)
{
  gnutls_x509_crt_t crt = g_array_index (self->path, SmtpChainLink, issuer).crt;
  gnutls_x509_name_constraints_t constraints = NULL;
  gsize size = size_of_extension (crt, OID_CONSTRAINTS);

  if (size == 0 || gnutls_x509_name_constraints_init (&constraints) < 0)
    return;

  if (size <= MOST_CONSTRAINTS &&
      gnutls_x509_crt_get_name_constraints (crt, constraints, 0, NULL) >= 0)
    {
      for (guint i = 0; i < issuer; i++)
        {
          gnutls_x509_crt_t below = g_array_index (self->path, SmtpChainLink, i).crt;

          if ((i > 0 && smtp_certificate_is_issuer (below, below)) ||
              size * (guint64) size_of_extension (below, OID_NAMES) > MOST_PRODUCT)
            continue;

          for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
            {
              if (!gnutls_x509_name_constraints_check_crt (constraints, kinds[k], below))
                add_fault (self, i, issuer, "names");
            }
        }
    }
  gnutls_x509_name_constraints_deinit (constraints);
}

/**
 * smtp_chain_judge_constraints:
 * @self: a chain whose path is known
 *
 * Adds a fault for each certificate that one of its issuers does not permit.
 */
void
smtp_chain_judge_constraints (SmtpChain *self)
{
  for (guint i = 1; i < self->path->len; i++)
    {
      judge_length (self, i);
      judge_names (self, i);
    }
}
