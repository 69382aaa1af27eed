/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "export/smtp-export-json.h"

#include "diagnosis/smtp-tls-advice.h"

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_int (JsonBuilder *builder,
         const char  *name,
         gint64       value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_boolean (JsonBuilder *builder,
             const char  *name,
             gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_strings (JsonBuilder        *builder,
             const char         *name,
             const char * const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (int i = 0; values != NULL && values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

/* Seconds since 1970 as ISO 8601; 0 as null. */
static void
add_date (JsonBuilder *builder,
          const char  *name,
          gint64       unix_time)
{
  g_autoptr (GDateTime) date = unix_time != 0 ? g_date_time_new_from_unix_utc (unix_time) : NULL;
  g_autofree char *text = date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  add_string (builder, name, text);
}

static void
add_certificate (JsonBuilder           *builder,
                 const SmtpCertificate *certificate,
                 gint64                 now)
{
  gsize length;
  const guchar *der = g_bytes_get_data (certificate->der, &length);
  g_autofree char *base64 = g_base64_encode (der, length);

  json_builder_begin_object (builder);
  add_string (builder, "malformed", certificate->malformed);
  add_string (builder, "subject", certificate->subject);
  add_string (builder, "issuer", certificate->issuer);
  add_strings (builder, "names", (const char * const *) certificate->names);
  add_string (builder, "serial", certificate->serial);
  add_date (builder, "not_before", certificate->not_before);
  add_date (builder, "not_after", certificate->not_after);
  add_int (builder, "days_left", certificate->malformed == NULL ? (certificate->not_after - now) / 86400 : 0);
  add_string (builder, "key_type", certificate->key_type);
  add_int (builder, "key_bits", certificate->key_bits);
  add_string (builder, "key_curve", certificate->key_curve);
  add_string (builder, "signature", certificate->signature);
  add_boolean (builder, "is_ca", certificate->is_ca);
  add_strings (builder, "key_usages", (const char * const *) certificate->key_usages);
  add_strings (builder, "purposes", (const char * const *) certificate->purposes);
  add_string (builder, "sha256", certificate->sha256);
  add_string (builder, "sha1", certificate->sha1);
  add_string (builder, "spki_sha256", certificate->spki_sha256);
  add_strings (builder, "ocsp_uris", (const char * const *) certificate->ocsp_uris);
  add_strings (builder, "crl_uris", (const char * const *) certificate->crl_uris);
  add_strings (builder, "issuer_uris", (const char * const *) certificate->issuer_uris);
  add_boolean (builder, "must_staple", certificate->must_staple);
  add_int (builder, "scts", certificate->n_scts);
  add_string (builder, "der", base64);
  json_builder_end_object (builder);
}

static void
add_chain (JsonBuilder *builder,
           SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "chain");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tls->chain->len; i++)
    add_certificate (builder, tls->chain->pdata[i], tls->now);
  json_builder_end_array (builder);
}

static void
add_faults (JsonBuilder *builder,
            SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "faults");
  json_builder_begin_array (builder);
  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];
      g_autofree char *text = smtp_tls_advice_for_fault (tls, fault);

      json_builder_begin_object (builder);
      add_string (builder, "id", smtp_tls_fault_to_id (fault->id));
      add_string (builder, "text", text);
      add_int (builder, "certificate", fault->certificate);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_staple (JsonBuilder *builder,
            SmtpTlsInfo *tls)
{
  json_builder_set_member_name (builder, "ocsp");
  json_builder_begin_object (builder);
  add_string (builder, "status", smtp_ocsp_status_to_id (tls->ocsp));
  add_date (builder, "this_update", tls->ocsp_this_update);
  add_date (builder, "next_update", tls->ocsp_next_update);
  add_date (builder, "revoked_at", tls->ocsp_revoked_at);
  json_builder_end_object (builder);
}

/**
 * smtp_export_json_add_tls:
 * @builder: inside the object of a run
 * @handshake: (nullable): the handshake, if one came to its end
 *
 * Adds the member "tls".
 */
void
smtp_export_json_add_tls (JsonBuilder *builder,
                          SmtpStep    *handshake)
{
  SmtpTlsInfo *tls = handshake != NULL ? smtp_step_get_tls (handshake) : NULL;
  g_autofree char *strict = NULL;

  json_builder_set_member_name (builder, "tls");
  if (tls == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  strict = smtp_tls_advice_for_strict (tls);
  json_builder_begin_object (builder);
  add_string (builder, "version", tls->version);
  add_string (builder, "cipher", tls->cipher);
  add_string (builder, "key_exchange", tls->key_exchange);
  add_string (builder, "group", tls->group);
  add_int (builder, "group_bits", tls->group_bits);
  add_string (builder, "signature", tls->signature);
  add_boolean (builder, "resumed", tls->resumed);
  add_boolean (builder, "extended_master_secret", tls->extended_master_secret);
  add_boolean (builder, "safe_renegotiation", tls->safe_renegotiation);
  add_boolean (builder, "client_certificate_asked", tls->client_certificate_asked);
  add_boolean (builder, "client_certificate_sent", tls->client_certificate_sent);
  add_string (builder, "sni", tls->sni);
  add_string (builder, "verify_name", tls->verify_name);
  add_string (builder, "trust", tls->trust);
  add_boolean (builder, "trusted", strict == NULL);
  add_string (builder, "strict", strict);
  add_staple (builder, tls);
  add_chain (builder, tls);
  add_faults (builder, tls);
  json_builder_end_object (builder);
}
