/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How the user wants TLS done: the part of a plan that is about encryption, as values that are checked when
 * they are set. What only a TLS library or the file system can tell (is this a certificate, is that the
 * key for it) is checked when the session loads it; the error for that has its codes here, so that one
 * place has the words for all of them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMTP_TLS_OPTIONS_ERROR (smtp_tls_options_error_quark ())
GQuark smtp_tls_options_error_quark (void);

/**
 * SmtpTlsOptionsError:
 *
 * Why a choice cannot be used. The error's message is the detail, where there is one, untranslated.
 */
typedef enum
{
  SMTP_TLS_OPTIONS_ERROR_VERSION,         /* not a TLS version */
  SMTP_TLS_OPTIONS_ERROR_RANGE,           /* the lowest version is above the highest */
  SMTP_TLS_OPTIONS_ERROR_NAME,            /* neither a host name nor an IP address */
  SMTP_TLS_OPTIONS_ERROR_CHOICE,          /* not one of the words allowed here */
  SMTP_TLS_OPTIONS_ERROR_NO_CA_FILE,      /* trust in a file was chosen, and none is named */
  SMTP_TLS_OPTIONS_ERROR_NO_CERTIFICATE,  /* a key, and no certificate to go with it */
  SMTP_TLS_OPTIONS_ERROR_PRIORITY,        /* detail: the string from where it is wrong */
  SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT,    /* priority and version range leave nothing to offer */
  SMTP_TLS_OPTIONS_ERROR_CA_READ,         /* detail: what the system says */
  SMTP_TLS_OPTIONS_ERROR_CA_FORMAT,       /* no certificate in it */
  SMTP_TLS_OPTIONS_ERROR_CERT_READ,       /* detail: what the system says */
  SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT,     /* no certificate in it */
  SMTP_TLS_OPTIONS_ERROR_KEY_READ,        /* detail: what the system says */
  SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT,      /* no private key in it */
  SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD,    /* it is encrypted, and the password is missing or wrong */
  SMTP_TLS_OPTIONS_ERROR_KEY_MISMATCH,    /* the key is not the certificate's */
  SMTP_TLS_OPTIONS_ERROR_PKCS11,          /* detail: what the library says */
  SMTP_TLS_OPTIONS_ERROR_KEYLOG,          /* detail: what the system says */
} SmtpTlsOptionsError;

/**
 * SmtpTlsOption:
 *
 * What can be set as text, see smtp_tls_options_set(). An empty text is the default.
 */
typedef enum
{
  SMTP_TLS_OPTION_MIN,          /* 1.0, 1.1, 1.2, 1.3: the lowest version offered */
  SMTP_TLS_OPTION_MAX,          /* the highest one */
  SMTP_TLS_OPTION_PRIORITY,     /* a GnuTLS priority string */
  SMTP_TLS_OPTION_SNI,          /* the server name to send; "-": none. Default: the host, if it is a name */
  SMTP_TLS_OPTION_VERIFY_NAME,  /* the name to look for in the certificate. Default: the host */
  SMTP_TLS_OPTION_TRUST,        /* system, file, both. Default: file if there is one, else system */
  SMTP_TLS_OPTION_CA_FILE,      /* path of a PEM file of authorities */
  SMTP_TLS_OPTION_CERT_FILE,    /* client certificate: path of a PEM or PKCS#12 file, or a PKCS#11 URI */
  SMTP_TLS_OPTION_KEY_FILE,     /* its key: path of a PEM file, or a PKCS#11 URI. Default: the same */
  SMTP_TLS_OPTION_KEYLOG_FILE,  /* path of a file to add the session's secrets to, as Wireshark reads them */
  SMTP_TLS_OPTION_STRICT,       /* yes, no: whether a bad certificate ends the run */
} SmtpTlsOption;

#define SMTP_TLS_N_OPTIONS (SMTP_TLS_OPTION_STRICT + 1)

/**
 * SmtpTlsVersion:
 *
 * The versions, in order; %SMTP_TLS_VERSION_DEFAULT leaves it to the priority string.
 */
typedef enum
{
  SMTP_TLS_VERSION_DEFAULT,
  SMTP_TLS_VERSION_1_0,
  SMTP_TLS_VERSION_1_1,
  SMTP_TLS_VERSION_1_2,
  SMTP_TLS_VERSION_1_3,
} SmtpTlsVersion;

typedef struct _SmtpTlsOptions SmtpTlsOptions;

SmtpTlsOptions *smtp_tls_options_new             (void);
void            smtp_tls_options_free            (SmtpTlsOptions  *self);
gboolean        smtp_tls_options_set             (SmtpTlsOptions  *self,
                                                  SmtpTlsOption    option,
                                                  const char      *value,
                                                  GError         **error);
gboolean        smtp_tls_options_check           (SmtpTlsOptions  *self,
                                                  GError         **error);
const char     *smtp_tls_options_get             (SmtpTlsOptions  *self,
                                                  SmtpTlsOption    option);
SmtpTlsVersion  smtp_tls_options_get_min         (SmtpTlsOptions  *self);
SmtpTlsVersion  smtp_tls_options_get_max         (SmtpTlsOptions  *self);
gboolean        smtp_tls_options_trusts_system   (SmtpTlsOptions  *self);
gboolean        smtp_tls_options_is_strict       (SmtpTlsOptions  *self);

SmtpTlsOption   smtp_tls_options_error_to_option (int              code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTlsOptions, smtp_tls_options_free)

G_END_DECLS
