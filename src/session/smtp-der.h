/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* As much of DER (X.690) as it takes to find the parts of a certificate that the TLS library does not hand
 * out as they are: names, times and the public key. Reads in place, copies nothing, trusts no length. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMTP_DER_INTEGER          0x02
#define SMTP_DER_OCTET_STRING     0x04
#define SMTP_DER_OID              0x06
#define SMTP_DER_UTC_TIME         0x17
#define SMTP_DER_GENERALIZED_TIME 0x18
#define SMTP_DER_SEQUENCE         0x30
#define SMTP_DER_CONTEXT_0        0xa0
#define SMTP_DER_CONTEXT_3        0xa3

/**
 * SmtpDer:
 * @at: the first byte
 * @size: how many
 *
 * Bytes somewhere in a buffer of another.
 */
typedef struct
{
  const guint8 *at;
  gsize         size;
} SmtpDer;

/**
 * SmtpDerCertificate:
 * @signed_part: what the signature is over, as a whole element
 * @serial: the content of the serial number
 * @issuer: the issuer's name, as a whole element
 * @subject: the subject's name, as a whole element
 * @public_key: the SubjectPublicKeyInfo, as a whole element
 * @not_before: seconds since 1970
 * @not_after: seconds since 1970
 * @extensions: the content of the list of extensions; empty if there is none
 *
 * The parts of a certificate, RFC 5280 section 4.1.
 */
typedef struct
{
  SmtpDer signed_part;
  SmtpDer serial;
  SmtpDer issuer;
  SmtpDer subject;
  SmtpDer public_key;
  gint64  not_before;
  gint64  not_after;
  SmtpDer extensions;
} SmtpDerCertificate;

gboolean smtp_der_next             (SmtpDer            *rest,
                                    guint8             *tag,
                                    SmtpDer            *content);
gboolean smtp_der_enter            (SmtpDer            *rest,
                                    guint8              tag,
                                    SmtpDer            *content);
gboolean smtp_der_read_certificate (SmtpDer             whole,
                                    SmtpDerCertificate *parts);
gboolean smtp_der_read_subject     (SmtpDer             start,
                                    SmtpDer            *subject);
gboolean smtp_der_equal            (const SmtpDer      *one,
                                    const SmtpDer      *other);

G_END_DECLS
