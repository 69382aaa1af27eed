/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-tls-options.h"

#include <arpa/inet.h>
#include <string.h>

#include "protocol/smtp-mailbox.h"

struct _SmtpTlsOptions
{
  char *values[SMTP_TLS_N_OPTIONS];  /* checked; NULL: the default */
};

G_DEFINE_QUARK (smtp-tls-options-error-quark, smtp_tls_options_error)

static const char *const versions[] = { "", "1.0", "1.1", "1.2", "1.3" };
static const char *const trusts[] = { "system", "file", "both" };
static const char *const answers[] = { "no", "yes" };

static gboolean
refuse (GError              **error,
        SmtpTlsOptionsError   code)
{
  g_set_error (error, SMTP_TLS_OPTIONS_ERROR, (int) code, "value refused (%d)", (int) code);

  return FALSE;
}

static gboolean
is_one_of (const char         *value,
           const char * const *words,
           gsize               n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (strcmp (value, words[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_name (const char *value)
{
  struct in_addr four;
  struct in6_addr six;

  return smtp_mailbox_is_domain (value) || inet_pton (AF_INET, value, &four) == 1 ||
         inet_pton (AF_INET6, value, &six) == 1;
}

/* Names in the letters people know become what is in certificates. */
static char *
to_name (const char *value)
{
  if (g_str_is_ascii (value) || !g_utf8_validate (value, -1, NULL))
    return g_strdup (value);

  return g_hostname_to_ascii (value);
}

static gboolean
check_value (SmtpTlsOption   option,
             char          **value,
             GError        **error)
{
  g_autofree char *name = NULL;

  switch (option)
    {
    case SMTP_TLS_OPTION_MIN:
    case SMTP_TLS_OPTION_MAX:
      return is_one_of (*value, versions, G_N_ELEMENTS (versions)) || refuse (error, SMTP_TLS_OPTIONS_ERROR_VERSION);

    case SMTP_TLS_OPTION_SNI:
      if (strcmp (*value, "-") == 0)
        return TRUE;
      G_GNUC_FALLTHROUGH;
    case SMTP_TLS_OPTION_VERIFY_NAME:
      name = to_name (*value);
      if (name == NULL || !is_name (name))
        return refuse (error, SMTP_TLS_OPTIONS_ERROR_NAME);
      g_free (*value);
      *value = g_steal_pointer (&name);
      return TRUE;

    case SMTP_TLS_OPTION_TRUST:
      return is_one_of (*value, trusts, G_N_ELEMENTS (trusts)) || refuse (error, SMTP_TLS_OPTIONS_ERROR_CHOICE);

    case SMTP_TLS_OPTION_STRICT:
      return is_one_of (*value, answers, G_N_ELEMENTS (answers)) || refuse (error, SMTP_TLS_OPTIONS_ERROR_CHOICE);

    case SMTP_TLS_OPTION_PRIORITY:
    case SMTP_TLS_OPTION_CA_FILE:
    case SMTP_TLS_OPTION_CERT_FILE:
    case SMTP_TLS_OPTION_KEY_FILE:
    case SMTP_TLS_OPTION_KEYLOG_FILE:
    default:
      return TRUE;
    }
}

static SmtpTlsVersion
get_version (SmtpTlsOptions *self,
             SmtpTlsOption   option)
{
  for (gsize i = 1; i < G_N_ELEMENTS (versions); i++)
    {
      if (g_strcmp0 (self->values[option], versions[i]) == 0)
        return (SmtpTlsVersion) i;
    }

  return SMTP_TLS_VERSION_DEFAULT;
}

/**
 * smtp_tls_options_new:
 *
 * Returns: (transfer full): options at their defaults
 */
SmtpTlsOptions *
smtp_tls_options_new (void)
{
  return g_new0 (SmtpTlsOptions, 1);
}

/**
 * smtp_tls_options_free:
 * @self: (transfer full): options
 */
void
smtp_tls_options_free (SmtpTlsOptions *self)
{
  g_return_if_fail (self != NULL);

  for (int i = 0; i < SMTP_TLS_N_OPTIONS; i++)
    g_free (self->values[i]);
  g_free (self);
}

/**
 * smtp_tls_options_set:
 * @self: options that are still being filled
 * @option: what to set
 * @value: its text, as a person typed it; white space around it does not count
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Checks a value and takes it; a refused one leaves things as they were.
 *
 * Returns: whether it was taken
 */
gboolean
smtp_tls_options_set (SmtpTlsOptions  *self,
                      SmtpTlsOption    option,
                      const char      *value,
                      GError         **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL && value != NULL && option < SMTP_TLS_N_OPTIONS, FALSE);

  text = g_strstrip (g_strdup (value));
  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  else if (!check_value (option, &text, error))
    return FALSE;

  g_free (self->values[option]);
  self->values[option] = g_steal_pointer (&text);

  return TRUE;
}

/**
 * smtp_tls_options_check:
 * @self: filled options
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Checks what only the whole shows.
 *
 * Returns: whether the choices go together
 */
gboolean
smtp_tls_options_check (SmtpTlsOptions  *self,
                        GError         **error)
{
  SmtpTlsVersion min = smtp_tls_options_get_min (self);
  SmtpTlsVersion max = smtp_tls_options_get_max (self);
  const char *trust = self->values[SMTP_TLS_OPTION_TRUST];

  if (min != SMTP_TLS_VERSION_DEFAULT && max != SMTP_TLS_VERSION_DEFAULT && min > max)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_RANGE);
  if (trust != NULL && strcmp (trust, "system") != 0 && self->values[SMTP_TLS_OPTION_CA_FILE] == NULL)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_NO_CA_FILE);
  if (self->values[SMTP_TLS_OPTION_KEY_FILE] != NULL && self->values[SMTP_TLS_OPTION_CERT_FILE] == NULL)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_NO_CERTIFICATE);

  return TRUE;
}

/**
 * smtp_tls_options_get:
 * @self: options
 * @option: which one
 *
 * Returns: (transfer none) (nullable): its text; %NULL: the default
 */
const char *
smtp_tls_options_get (SmtpTlsOptions *self,
                      SmtpTlsOption   option)
{
  g_return_val_if_fail (option < SMTP_TLS_N_OPTIONS, NULL);

  return self->values[option];
}

/**
 * smtp_tls_options_get_min:
 * @self: options
 *
 * Returns: the lowest version to offer
 */
SmtpTlsVersion
smtp_tls_options_get_min (SmtpTlsOptions *self)
{
  return get_version (self, SMTP_TLS_OPTION_MIN);
}

/**
 * smtp_tls_options_get_max:
 * @self: options
 *
 * Returns: the highest version to offer
 */
SmtpTlsVersion
smtp_tls_options_get_max (SmtpTlsOptions *self)
{
  return get_version (self, SMTP_TLS_OPTION_MAX);
}

/**
 * smtp_tls_options_trusts_system:
 * @self: options
 *
 * Returns: whether the authorities that the system trusts are trusted
 */
gboolean
smtp_tls_options_trusts_system (SmtpTlsOptions *self)
{
  const char *trust = self->values[SMTP_TLS_OPTION_TRUST];

  if (trust == NULL)
    return self->values[SMTP_TLS_OPTION_CA_FILE] == NULL;

  return strcmp (trust, "file") != 0;
}

/**
 * smtp_tls_options_is_strict:
 * @self: options
 *
 * Returns: whether a bad certificate ends the run
 */
gboolean
smtp_tls_options_is_strict (SmtpTlsOptions *self)
{
  return g_strcmp0 (self->values[SMTP_TLS_OPTION_STRICT], "yes") == 0;
}

/**
 * smtp_tls_options_error_to_option:
 * @code: an #SmtpTlsOptionsError
 *
 * Returns: the option to show it at
 */
SmtpTlsOption
smtp_tls_options_error_to_option (int code)
{
  static const SmtpTlsOption options[] = {
    [SMTP_TLS_OPTIONS_ERROR_VERSION] = SMTP_TLS_OPTION_MIN,
    [SMTP_TLS_OPTIONS_ERROR_RANGE] = SMTP_TLS_OPTION_MIN,
    [SMTP_TLS_OPTIONS_ERROR_NAME] = SMTP_TLS_OPTION_VERIFY_NAME,
    [SMTP_TLS_OPTIONS_ERROR_CHOICE] = SMTP_TLS_OPTION_TRUST,
    [SMTP_TLS_OPTIONS_ERROR_NO_CA_FILE] = SMTP_TLS_OPTION_CA_FILE,
    [SMTP_TLS_OPTIONS_ERROR_NO_CERTIFICATE] = SMTP_TLS_OPTION_CERT_FILE,
    [SMTP_TLS_OPTIONS_ERROR_PRIORITY] = SMTP_TLS_OPTION_PRIORITY,
    [SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT] = SMTP_TLS_OPTION_PRIORITY,
    [SMTP_TLS_OPTIONS_ERROR_CA_READ] = SMTP_TLS_OPTION_CA_FILE,
    [SMTP_TLS_OPTIONS_ERROR_CA_FORMAT] = SMTP_TLS_OPTION_CA_FILE,
    [SMTP_TLS_OPTIONS_ERROR_CERT_READ] = SMTP_TLS_OPTION_CERT_FILE,
    [SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT] = SMTP_TLS_OPTION_CERT_FILE,
    [SMTP_TLS_OPTIONS_ERROR_KEY_READ] = SMTP_TLS_OPTION_KEY_FILE,
    [SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT] = SMTP_TLS_OPTION_KEY_FILE,
    [SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD] = SMTP_TLS_OPTION_KEY_FILE,
    [SMTP_TLS_OPTIONS_ERROR_KEY_MISMATCH] = SMTP_TLS_OPTION_KEY_FILE,
    [SMTP_TLS_OPTIONS_ERROR_PKCS11] = SMTP_TLS_OPTION_KEY_FILE,
    [SMTP_TLS_OPTIONS_ERROR_KEYLOG] = SMTP_TLS_OPTION_KEYLOG_FILE,
  };

  g_return_val_if_fail (code >= 0 && code < (int) G_N_ELEMENTS (options), SMTP_TLS_OPTION_PRIORITY);

  return options[code];
}
