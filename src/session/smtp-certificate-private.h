/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files that check a chain share. */

#pragma once

#include "session/smtp-certificate.h"
#include "session/smtp-der.h"

G_BEGIN_DECLS

#define SMTP_CERTIFICATE_MOST_TEXT  1024  /* bytes of one text of a certificate */
#define SMTP_CERTIFICATE_MOST_NAMES 200   /* of one list of a certificate */

/**
 * SmtpChainLink:
 * @crt: a certificate; not ours
 * @index: which of those sent, or -1 if it comes from the trusted ones
 *
 * One certificate of a path.
 */
typedef struct
{
  gnutls_x509_crt_t crt;
  int               index;
} SmtpChainLink;

/**
 * SmtpChain:
 * @info: where the faults go
 * @trust: (nullable): who is trusted
 * @crts: the certificates as sent, %NULL where one could not be decoded
 * @parts: of each that could be decoded
 * @n: how many
 * @path: (element-type SmtpChainLink): the server's certificate, then each one's issuer as far as it is known
 * @is_trusted: whether @path ends at a trusted certificate
 * @is_exhausted: whether so many signatures were looked at that no more are
 *
 * A chain that is being checked.
 */
typedef struct
{
  SmtpTlsInfo        *info;
  SmtpTrust          *trust;
  gnutls_x509_crt_t   crts[SMTP_CERTIFICATE_MOST];
  SmtpDerCertificate  parts[SMTP_CERTIFICATE_MOST];
  guint               n;
  GArray             *path;
  gboolean            is_trusted;
  gboolean            is_exhausted;
} SmtpChain;

SmtpCertificate *smtp_certificate_decode      (const gnutls_datum_t *der,
                                               gnutls_x509_crt_t    *crt,
                                               SmtpDerCertificate   *parts);
void             smtp_certificate_read_extensions (SmtpCertificate *self,
                                               gnutls_x509_crt_t     crt);
char            *smtp_certificate_show_name   (const SmtpDer        *name);
char            *smtp_certificate_show_subject (gnutls_x509_crt_t    crt);
gboolean         smtp_certificate_is_issuer   (gnutls_x509_crt_t     crt,
                                               gnutls_x509_crt_t     issuer);
gboolean         smtp_certificate_is_usable   (gnutls_x509_crt_t     issuer);
gboolean         smtp_certificate_is_weak     (gnutls_digest_algorithm_t hash);

void             smtp_chain_find_path         (SmtpChain            *self);
void             smtp_chain_judge_path        (SmtpChain            *self);
void             smtp_chain_judge_constraints (SmtpChain            *self);
void             smtp_chain_judge_staple      (SmtpChain            *self,
                                               const gnutls_datum_t *staple,
                                               gint64                now);

G_END_DECLS
