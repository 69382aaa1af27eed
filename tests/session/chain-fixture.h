/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Chains of the test PKI, checked with its root trusted and compared with the faults that they should have. */

#pragma once

#include "session/smtp-certificate.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

typedef struct
{
  TestPki     *pki;
  SmtpTrust   *trust;
  SmtpTlsInfo *info;   /* of the last check */
} ChainFixture;

void            chain_fixture_set_up    (ChainFixture           *self,
                                         gconstpointer           data);
void            chain_fixture_tear_down (ChainFixture           *self,
                                         gconstpointer           data);
SmtpTrust      *chain_fixture_trust     (TestCertificate *const *certificates,
                                         guint                   n);
gnutls_datum_t  chain_fixture_datum     (GBytes                 *bytes);
void            chain_fixture_check     (ChainFixture           *self,
                                         TestCertificate *const *certificates,
                                         guint                   n,
                                         GBytes                 *staple,
                                         const char             *name,
                                         const char             *expected);

G_END_DECLS
