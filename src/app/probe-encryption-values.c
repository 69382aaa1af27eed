/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-encryption-values.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  SmtpTlsOption  option;
  const char    *key;
} kept[] = {
  { SMTP_TLS_OPTION_MIN, "tls-min" },
  { SMTP_TLS_OPTION_MAX, "tls-max" },
  { SMTP_TLS_OPTION_PRIORITY, "tls-priority" },
  { SMTP_TLS_OPTION_SNI, "tls-sni" },
  { SMTP_TLS_OPTION_VERIFY_NAME, "tls-verify-name" },
  { SMTP_TLS_OPTION_TRUST, "tls-trust" },
  { SMTP_TLS_OPTION_CA_FILE, "tls-ca-file" },
  { SMTP_TLS_OPTION_CERT_FILE, "tls-certificate" },
  { SMTP_TLS_OPTION_KEY_FILE, "tls-key" },
  { SMTP_TLS_OPTION_STRICT, "tls-strict" },
};

/* The URI of a token may have its PIN in it (RFC 7512 section 2.3). */
static gboolean
is_secret (const char *text)
{
  return strstr (text, "pin-value=") != NULL;
}

/* A CA file that is not trusted now stays in its field, and is not read. */
static gboolean
is_used (ProbeEncryptionValues *values,
         SmtpTlsOption          option)
{
  return option != SMTP_TLS_OPTION_CA_FILE ||
         (*probe_encryption_values_get (values, SMTP_TLS_OPTION_TRUST) != '\0' &&
          strcmp (probe_encryption_values_get (values, SMTP_TLS_OPTION_TRUST), "system") != 0);
}

/**
 * probe_encryption_values_clear:
 * @values: values
 */
void
probe_encryption_values_clear (ProbeEncryptionValues *values)
{
  for (int option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    g_clear_pointer (&values->texts[option], g_free);
}

/**
 * probe_encryption_values_get:
 * @values: values
 * @option: which one
 *
 * Returns: (transfer none): its text; empty: the default
 */
const char *
probe_encryption_values_get (ProbeEncryptionValues *values,
                             SmtpTlsOption          option)
{
  return values->texts[option] != NULL ? values->texts[option] : "";
}

/**
 * probe_encryption_values_set:
 * @values: values
 * @option: which one
 * @text: its text, checked only when it is used
 */
void
probe_encryption_values_set (ProbeEncryptionValues *values,
                             SmtpTlsOption          option,
                             const char            *text)
{
  g_free (values->texts[option]);
  values->texts[option] = g_strdup (text);
}

/**
 * probe_encryption_values_load:
 * @values: values
 * @settings: where they were kept
 */
void
probe_encryption_values_load (ProbeEncryptionValues *values,
                              GSettings             *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *text = g_settings_get_string (settings, kept[i].key);

      probe_encryption_values_set (values, kept[i].option, text);
    }
}

/**
 * probe_encryption_values_save:
 * @values: values
 * @settings: where to keep them
 */
void
probe_encryption_values_save (ProbeEncryptionValues *values,
                              GSettings             *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      const char *text = probe_encryption_values_get (values, kept[i].option);

      g_settings_set_string (settings, kept[i].key, is_secret (text) ? "" : text);
    }
}

/**
 * probe_encryption_values_fill:
 * @values: values
 * @options: options that are being filled
 * @wrong: (out): which of them was refused, if one was
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Returns: whether the options took them
 */
gboolean
probe_encryption_values_fill (ProbeEncryptionValues  *values,
                              SmtpTlsOptions         *options,
                              SmtpTlsOption          *wrong,
                              GError                **error)
{
  g_autoptr (GError) why = NULL;

  for (int option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    {
      const char *text = is_used (values, (SmtpTlsOption) option) ? probe_encryption_values_get (values, (SmtpTlsOption) option) : "";

      *wrong = (SmtpTlsOption) option;
      if (!smtp_tls_options_set (options, (SmtpTlsOption) option, text, error))
        return FALSE;
    }

  if (!smtp_tls_options_check (options, &why))
    {
      *wrong = smtp_tls_options_error_to_option (why->code);
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }

  return TRUE;
}

static void
add_words (GString    *text,
           const char *words)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", words);
}

/* The versions that are offered: "TLS 1.2 to 1.3", or one end of that. */
static void
add_versions (ProbeEncryptionValues *values,
              GString               *text)
{
  const char *min = probe_encryption_values_get (values, SMTP_TLS_OPTION_MIN);
  const char *max = probe_encryption_values_get (values, SMTP_TLS_OPTION_MAX);
  g_autofree char *words = NULL;

  if (*min == '\0' && *max == '\0')
    return;

  if (*max == '\0')
    words = g_strdup_printf (_("TLS %s or later"), min);
  else if (*min == '\0')
    words = g_strdup_printf (_("TLS %s at most"), max);
  else
    words = g_strdup_printf (_("TLS %s to %s"), min, max);
  add_words (text, words);
}

/**
 * probe_encryption_values_to_words:
 * @values: values
 *
 * Returns: (transfer full): the choices in a line, for where they are folded away
 */
char *
probe_encryption_values_to_words (ProbeEncryptionValues *values)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *trust = probe_encryption_values_get (values, SMTP_TLS_OPTION_TRUST);

  if (strcmp (trust, "file") == 0)
    add_words (text, _("trusts a CA file"));
  else
    add_words (text, strcmp (trust, "both") == 0 ? _("trusts this system and a CA file") : _("trusts what this system trusts"));
  add_versions (values, text);
  if (*probe_encryption_values_get (values, SMTP_TLS_OPTION_PRIORITY) != '\0')
    add_words (text, _("own priority string"));
  if (*probe_encryption_values_get (values, SMTP_TLS_OPTION_CERT_FILE) != '\0')
    add_words (text, _("client certificate"));
  if (strcmp (probe_encryption_values_get (values, SMTP_TLS_OPTION_STRICT), "yes") == 0)
    add_words (text, _("strict"));

  return g_strdup (text->str);
}
