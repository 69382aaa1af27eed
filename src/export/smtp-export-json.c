/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "export/smtp-export-private.h"

#include <json-glib/json-glib.h>

#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-explanation.h"
#include "diagnosis/smtp-finding.h"
#include "export/smtp-export-json.h"
#include "export/smtp-json-values.h"
#include "export/smtp-lines.h"
#include "protocol/smtp-bytes.h"
#include "protocol/smtp-extensions.h"

#define SCHEMA 1  /* keys are never removed within a schema */

static void
add_enhanced (JsonBuilder *builder,
              SmtpReply   *reply)
{
  SmtpEnhancedCode enhanced;
  g_autofree char *text = NULL;

  if (reply != NULL && smtp_reply_get_enhanced (reply, &enhanced))
    text = smtp_enhanced_code_to_string (&enhanced);

  smtp_json_add_string (builder, "enhanced", text);
}

static void
add_code (JsonBuilder *builder,
          SmtpReply   *reply)
{
  json_builder_set_member_name (builder, "code");
  if (reply != NULL && smtp_reply_get_code (reply) != 0)
    json_builder_add_int_value (builder, smtp_reply_get_code (reply));
  else
    json_builder_add_null_value (builder);
}

static char *
get_line (SmtpReply *reply,
          guint      index,
          gboolean   text_only)
{
  gsize length;
  const char *line = text_only ? smtp_reply_get_text (reply, index, &length) : smtp_reply_get_line (reply, index, &length);

  return smtp_bytes_escape (line, length, 0);
}

void
smtp_export_json_add_target (JsonBuilder    *builder,
                             SmtpPlan       *plan,
                             SmtpTranscript *transcript)
{
  SmtpStep *connection = smtp_export_find_connection (transcript);

  json_builder_set_member_name (builder, "target");
  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "host", smtp_plan_get_host (plan));
  smtp_json_add_int (builder, "port", smtp_plan_get_port (plan));
  smtp_json_add_string (builder, "security", smtp_security_to_id (smtp_plan_get_security (plan)));
  smtp_json_add_string (builder, "address", connection != NULL ? smtp_step_get_target (connection) : NULL);
  smtp_json_add_string (builder, "local", connection != NULL ? smtp_step_get_local (connection) : NULL);
  json_builder_end_object (builder);
}

static void
add_recipients (JsonBuilder   *builder,
                SmtpPlan      *plan,
                SmtpDiagnosis *diagnosis)
{
  json_builder_set_member_name (builder, "recipients");
  json_builder_begin_array (builder);
  for (guint i = 0; i < smtp_plan_get_n_recipients (plan); i++)
    {
      SmtpStep *step = smtp_diagnosis_get_recipient_step (diagnosis, i);
      SmtpReply *reply = step != NULL ? smtp_step_get_reply (step) : NULL;
      g_autofree char *text = reply != NULL ? get_line (reply, smtp_reply_get_n_lines (reply) - 1, TRUE) : NULL;

      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "address", smtp_plan_get_recipient (plan, i));
      smtp_json_add_string (builder, "outcome", smtp_recipient_outcome_to_id (smtp_diagnosis_get_recipient (diagnosis, i)));
      add_code (builder, reply);
      add_enhanced (builder, reply);
      smtp_json_add_string (builder, "text", text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_extensions (JsonBuilder *builder,
                SmtpReply   *reply,
                gboolean     secure)
{
  g_autoptr (SmtpExtensions) extensions = smtp_extensions_new (reply);

  for (guint i = 0; i < smtp_extensions_get_n (extensions); i++)
    {
      const char * const *parameters = smtp_extensions_get_parameters (extensions, i);

      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "keyword", smtp_extensions_get_keyword (extensions, i));
      json_builder_set_member_name (builder, "parameters");
      json_builder_begin_array (builder);
      for (int k = 0; parameters[k] != NULL; k++)
        json_builder_add_string_value (builder, parameters[k]);
      json_builder_end_array (builder);
      smtp_json_add_boolean (builder, "secure", secure);
      json_builder_end_object (builder);
    }
}

/* What was offered in clear, and what inside TLS. */
void
smtp_export_json_add_capabilities (JsonBuilder    *builder,
                                   SmtpTranscript *transcript)
{
  json_builder_set_member_name (builder, "capabilities");
  json_builder_begin_array (builder);
  for (int secure = 0; secure <= 1; secure++)
    {
      SmtpStep *hello = smtp_findings_get_hello (transcript, secure == 1);

      if (hello != NULL)
        add_extensions (builder, smtp_step_get_reply (hello), secure == 1);
    }
  json_builder_end_array (builder);
}

static void
add_findings (JsonBuilder    *builder,
              SmtpPlan       *plan,
              SmtpTranscript *transcript)
{
  g_autoptr (GPtrArray) findings = smtp_findings_new (plan, transcript);

  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < findings->len; i++)
    {
      const SmtpFinding *finding = findings->pdata[i];

      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "id", finding->id);
      smtp_json_add_string (builder, "severity", smtp_severity_to_id (finding->severity));
      smtp_json_add_string (builder, "text", finding->text);
      smtp_json_add_string (builder, "advice", finding->advice);
      json_builder_set_member_name (builder, "steps");
      json_builder_begin_array (builder);
      for (guint k = 0; k < finding->steps->len; k++)
        json_builder_add_int_value (builder, g_array_index (finding->steps, guint, k));
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_explanation (JsonBuilder *builder,
                 SmtpStep    *step)
{
  SmtpExplanation explanation;

  json_builder_set_member_name (builder, "explanation");
  if (!smtp_explanation_get (step, &explanation))
    {
      json_builder_add_null_value (builder);
      return;
    }

  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "id", explanation.id);
  smtp_json_add_string (builder, "meaning", explanation.meaning);
  smtp_json_add_string (builder, "actor", smtp_actor_to_id (explanation.actor));
  smtp_json_add_string (builder, "retry", smtp_retry_to_id (explanation.retry));
  smtp_json_add_string (builder, "next", explanation.next);
  smtp_json_add_string (builder, "certainty", smtp_certainty_to_id (explanation.certainty));
  smtp_json_add_string (builder, "source", explanation.source);
  json_builder_end_object (builder);
}

static void
add_reply (JsonBuilder *builder,
           SmtpStep    *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  g_autofree char *base64 = NULL;
  const char *raw;
  gsize length;

  json_builder_set_member_name (builder, "reply");
  if (reply == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  json_builder_begin_object (builder);
  add_code (builder, reply);
  add_enhanced (builder, reply);
  smtp_json_add_string (builder, "class", smtp_reply_class_to_id (smtp_reply_get_class (reply)));
  smtp_json_add_boolean (builder, "expected", smtp_step_is_expected (step));

  json_builder_set_member_name (builder, "lines");
  json_builder_begin_array (builder);
  for (guint i = 0; i < smtp_reply_get_n_lines (reply); i++)
    {
      g_autofree char *line = get_line (reply, i, FALSE);

      json_builder_add_string_value (builder, line);
    }
  json_builder_end_array (builder);

  raw = smtp_reply_get_raw (reply, &length);
  base64 = g_base64_encode ((const guchar *) raw, length);
  smtp_json_add_string (builder, "raw", base64);

  json_builder_set_member_name (builder, "defects");
  json_builder_begin_array (builder);
  for (int bit = 0; bit < SMTP_REPLY_N_FLAWS; bit++)
    {
      if ((smtp_reply_get_flaws (reply) & 1u << bit) != 0)
        json_builder_add_string_value (builder, smtp_reply_flaw_to_id (1u << bit));
    }
  json_builder_end_array (builder);

  add_explanation (builder, step);
  json_builder_end_object (builder);
}

static void
add_sent (JsonBuilder *builder,
          SmtpStep    *step)
{
  SmtpCommand *command = smtp_step_get_command (step);
  g_autofree char *shown = NULL;
  gsize length = 0;

  if (command != NULL)
    {
      const char *text = smtp_command_get_shown (command, &length);

      shown = g_strndup (text, length);
      smtp_command_get_wire (command, &length);
    }
  else if (smtp_step_get_kind (step) == SMTP_STEP_CONTENT)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      smtp_lines_append_text (step, 0, 0, text);
      shown = g_strdup (text->str);
      length = smtp_step_get_content_bytes (step) + (smtp_step_is_content_complete (step) ? 3 : 0);
    }

  smtp_json_add_string (builder, "sent", shown);
  smtp_json_add_int (builder, "sent_bytes", (gint64) length);
}

static void
add_step (JsonBuilder *builder,
          SmtpStep    *step,
          guint        index)
{
  g_autofree char *note = smtp_advice_for_step (step);

  json_builder_begin_object (builder);
  smtp_json_add_int (builder, "n", index);
  smtp_json_add_string (builder, "kind", smtp_step_kind_to_id (smtp_step_get_kind (step)));
  smtp_json_add_string (builder, "phase", smtp_phase_to_id (smtp_step_get_phase (step)));
  smtp_json_add_boolean (builder, "secure", smtp_step_is_secure (step));
  smtp_json_add_time (builder, "at", smtp_step_get_start_us (step));
  smtp_json_add_time (builder, "first_byte", smtp_step_get_first_byte_us (step));
  smtp_json_add_time (builder, "ended", smtp_step_get_end_us (step));
  /* What nobody waited for has no limit. */
  smtp_json_add_time (builder, "limit", smtp_step_get_limit_us (step) > 0 ? smtp_step_get_limit_us (step) : -1);
  add_sent (builder, step);
  add_reply (builder, step);
  smtp_json_add_string (builder, "result", smtp_verdict_to_id (smtp_step_get_verdict (step)));
  smtp_json_add_string (builder, "note", note);
  json_builder_end_object (builder);
}

static gint64
get_elapsed_us (SmtpTranscript *transcript)
{
  guint n_steps = smtp_transcript_get_n_steps (transcript);

  return n_steps > 0 ? smtp_step_get_end_us (smtp_transcript_get_step (transcript, n_steps - 1)) : 0;
}

GBytes *
smtp_export_json (const char     *program,
                  SmtpPlan       *plan,
                  SmtpTranscript *transcript,
                  SmtpDiagnosis  *diagnosis)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *started = g_date_time_format (smtp_transcript_get_started (transcript), "%Y-%m-%dT%H:%M:%S%:z");
  char *text;
  gsize length;

  json_builder_begin_object (builder);
  smtp_json_add_int (builder, "schema", SCHEMA);
  smtp_json_add_string (builder, "program", program);
  smtp_json_add_string (builder, "version", PACKAGE_VERSION);
  smtp_json_add_string (builder, "started", started);
  smtp_json_add_time (builder, "elapsed", get_elapsed_us (transcript));
  smtp_export_json_add_target (builder, plan, transcript);
  smtp_json_add_string (builder, "outcome", smtp_outcome_to_id (smtp_diagnosis_get_outcome (diagnosis)));
  smtp_json_add_string (builder, "reason", smtp_diagnosis_get_reason (diagnosis));
  smtp_json_add_string (builder, "verdict", smtp_diagnosis_get_verdict (diagnosis));
  smtp_json_add_string (builder, "next", smtp_diagnosis_get_next (diagnosis));
  smtp_json_add_boolean (builder, "message_sent", smtp_diagnosis_get_message_sent (diagnosis));
  add_recipients (builder, plan, diagnosis);
  smtp_export_json_add_capabilities (builder, transcript);
  smtp_export_json_add_tls (builder, smtp_findings_get_handshake (transcript));
  add_findings (builder, plan, transcript);

  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < smtp_transcript_get_n_steps (transcript); i++)
    add_step (builder, smtp_transcript_get_step (transcript, i), i);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, &length);

  return g_bytes_new_take (text, length);
}
