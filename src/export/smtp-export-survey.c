/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "export/smtp-export-survey.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-finding.h"
#include "export/smtp-export-json.h"
#include "export/smtp-export-private.h"
#include "export/smtp-json-values.h"

#define SCHEMA      1    /* keys are never removed within a schema */
#define LINE_WIDTH  100
#define NAME_WIDTH  46   /* the longest name of a suite that is in use, and a blank */
#define GRADE_WIDTH 10

static SmtpSurveyRow *
get_row (SmtpSurveyPlan *survey,
         guint           index)
{
  return g_list_model_get_item (smtp_survey_plan_get_rows (survey), index);
}

static guint
get_n_rows (SmtpSurveyPlan *survey)
{
  return g_list_model_get_n_items (smtp_survey_plan_get_rows (survey));
}

/* The connection that tells most of the way there; (transfer full), empty if there was none. */
static SmtpTranscript *
find_transcript (const SmtpExportSurvey *document)
{
  SmtpTranscript *secure = smtp_survey_plan_get_secure (document->survey);
  SmtpTranscript *last = smtp_survey_plan_get_last (document->survey);

  if (last == NULL)
    return smtp_transcript_new (document->started);

  return g_object_ref (secure != NULL ? secure : last);
}

/* "TLS 1.3, TLS 1.2" */
static char *
format_versions (guint versions)
{
  GString *text = g_string_new (NULL);

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      if ((versions & 1u << version) != 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", smtp_survey_version_to_name (version));
    }

  return g_string_free (text, FALSE);
}

static void
append_padded (GString    *out,
               const char *text,
               glong       width)
{
  glong length = g_utf8_strlen (text, -1);

  g_string_append (out, text);
  for (glong i = length; i < width; i++)
    g_string_append_c (out, ' ');
}

static void
append_row (GString       *out,
            SmtpSurveyRow *row,
            guint16        port)
{
  SmtpSurveyKind kind = smtp_survey_row_get_kind (row);
  g_autofree char *versions = format_versions (smtp_survey_row_get_versions (row));
  const char *detail = smtp_survey_row_get_detail (row);
  SmtpSurveyRating rating;

  smtp_survey_rate (row, port, &rating);
  g_string_append (out, "  ");
  append_padded (out, smtp_survey_row_get_name (row), kind == SMTP_SURVEY_VERSION || kind == SMTP_SURVEY_IN_CLEAR ? 10 : NAME_WIDTH);
  if (kind == SMTP_SURVEY_VERSION || kind == SMTP_SURVEY_IN_CLEAR)
    append_padded (out, smtp_survey_verdict_to_words (smtp_survey_row_get_verdict (row)), 14);
  append_padded (out, smtp_grade_to_words (rating.grade), GRADE_WIDTH);
  g_string_append (out, rating.sentence);
  if (rating.source != NULL)
    g_string_append_printf (out, " [%s]", rating.source);
  if (kind != SMTP_SURVEY_VERSION && *versions != '\0')
    g_string_append_printf (out, " (%s)", versions);
  if (detail != NULL)
    g_string_append_printf (out, " %s", detail);
  while (out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static gboolean
is_of (SmtpSurveyRow     *row,
       SmtpSurveyKind     kind,
       SmtpSurveyVerdict  verdict,
       SmtpSurveyReason   reason)
{
  return smtp_survey_row_get_kind (row) == kind && smtp_survey_row_get_verdict (row) == verdict &&
         (verdict != SMTP_SURVEY_NOT_TESTABLE || smtp_survey_row_get_reason (row) == reason);
}

/* What was not asked because the survey ended, and the many suites that nobody has: nobody wants to read a hundred
 * names for that. */
static void
append_number (GString           *out,
               SmtpSurveyPlan    *survey,
               SmtpSurveyKind     kind,
               SmtpSurveyVerdict  verdict,
               SmtpSurveyReason   reason)
{
  guint n = 0;

  for (guint i = 0; i < get_n_rows (survey); i++)
    {
      g_autoptr (SmtpSurveyRow) row = get_row (survey, i);

      n += is_of (row, kind, verdict, reason) ? 1 : 0;
    }

  if (n == 0)
    return;
  if (verdict == SMTP_SURVEY_REFUSED)
    g_string_append_printf (out, ngettext ("  %s: the %u other that was offered\n", "  %s: the %u others that were offered\n", n),
                            smtp_survey_verdict_to_words (verdict), n);
  else
    g_string_append_printf (out, _("  %s: %u, since the survey ended early\n"), smtp_survey_verdict_to_words (verdict), n);
}

/* Names one behind the other, in lines of a bearable length. */
static void
append_names (GString           *out,
              SmtpSurveyPlan    *survey,
              SmtpSurveyKind     kind,
              SmtpSurveyVerdict  verdict,
              SmtpSurveyReason   reason)
{
  gsize start = 0;
  guint n = 0;

  for (guint i = 0; i < get_n_rows (survey); i++)
    {
      g_autoptr (SmtpSurveyRow) row = get_row (survey, i);
      const char *name = smtp_survey_row_get_name (row);

      if (!is_of (row, kind, verdict, reason))
        continue;

      if (n == 0)
        {
          SmtpSurveyRating rating = { SMTP_GRADE_NONE, "", NULL };

          start = out->len;
          if (verdict == SMTP_SURVEY_NOT_TESTABLE)
            smtp_survey_rate (row, 0, &rating);
          g_string_append_printf (out, "  %s: %s%s", smtp_survey_verdict_to_words (verdict), rating.sentence,
                                  *rating.sentence != '\0' ? " " : "");
        }
      else if (out->len - start + strlen (name) > LINE_WIDTH)
        {
          g_string_append (out, ",\n    ");
          start = out->len;
        }
      else
        {
          g_string_append (out, ", ");
        }
      g_string_append (out, name);
      n++;
    }

  if (n > 0)
    g_string_append_c (out, '\n');
}

/* Few rows are all shown in full; of the many kinds those that are accepted. */
static void
append_section (GString                *out,
                const SmtpExportSurvey *document,
                SmtpSurveyKind          kind)
{
  gboolean in_full = kind == SMTP_SURVEY_VERSION || kind == SMTP_SURVEY_IN_CLEAR;
  guint16 port = smtp_plan_get_port (document->plan);
  gsize start = out->len;

  g_string_append_printf (out, "\n%s\n", smtp_survey_kind_to_words (kind));
  if (kind == SMTP_SURVEY_IN_CLEAR && smtp_survey_plan_get_clear (document->survey) == NULL)
    {
      g_string_truncate (out, start);
      return;
    }

  for (guint i = 0; i < get_n_rows (document->survey); i++)
    {
      g_autoptr (SmtpSurveyRow) row = get_row (document->survey, i);

      if (smtp_survey_row_get_kind (row) == kind && (in_full || smtp_survey_row_get_verdict (row) == SMTP_SURVEY_ACCEPTED))
        append_row (out, row, port);
    }

  if (in_full)
    return;
  if (kind == SMTP_SURVEY_SUITE)
    append_number (out, document->survey, kind, SMTP_SURVEY_REFUSED, SMTP_SURVEY_REASON_NONE);
  else
    append_names (out, document->survey, kind, SMTP_SURVEY_REFUSED, SMTP_SURVEY_REASON_NONE);
  for (SmtpSurveyReason reason = 0; reason < SMTP_SURVEY_N_REASONS; reason++)
    {
      if (reason != smtp_survey_plan_get_stop (document->survey))
        append_names (out, document->survey, kind, SMTP_SURVEY_NOT_TESTABLE, reason);
      else if (reason != SMTP_SURVEY_REASON_NONE)
        append_number (out, document->survey, kind, SMTP_SURVEY_NOT_TESTABLE, reason);
    }
}

static void
append_orders (GString        *out,
               SmtpSurveyPlan *survey)
{
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      g_autofree char *order = smtp_survey_describe_order (survey, version);

      if (order != NULL)
        g_string_append_printf (out, "  %s: %s\n", smtp_survey_version_to_name (version), order);
    }
}

static void
append_findings (GString                *out,
                 const SmtpExportSurvey *document)
{
  SmtpTranscript *transcript = smtp_survey_plan_get_secure (document->survey);
  g_autoptr (GPtrArray) findings = NULL;

  if (transcript == NULL)
    return;

  findings = smtp_findings_new (document->plan, transcript);
  if (findings->len > 0)
    g_string_append_printf (out, "\n%s\n", _("Also seen"));
  for (guint i = 0; i < findings->len; i++)
    {
      const SmtpFinding *finding = findings->pdata[i];

      g_string_append_printf (out, "  %s%s%s\n", finding->text, finding->advice != NULL ? " " : "",
                              finding->advice != NULL ? finding->advice : "");
    }
}

static GBytes *
export_text (const SmtpExportSurvey *document)
{
  GString *out = g_string_new (NULL);
  g_autoptr (SmtpTranscript) transcript = find_transcript (document);
  g_autofree char *started = g_date_time_format (document->started, "%Y-%m-%d %H:%M:%S %:z");
  g_autofree char *target = smtp_export_format_target (document->plan, transcript);
  guint n = smtp_survey_plan_get_n_done (document->survey);

  g_string_append_printf (out, "Target:   %s\n", target);
  g_string_append_printf (out, "Started:  %s\n", started);
  g_string_append_printf (out, "Program:  %s " PACKAGE_VERSION "\n", document->program);
  g_string_append_printf (out, "Probe:    TLS survey, %u connection%s in %.1f s\n", n, n == 1 ? "" : "s",
                          (double) document->elapsed_us / G_USEC_PER_SEC);
  g_string_append_printf (out, "Verdict:  %s. %s\n", document->summary->headline, document->summary->verdict);
  if (document->summary->next != NULL)
    g_string_append_printf (out, "Next:     %s\n", document->summary->next);

  for (SmtpSurveyKind kind = 0; kind < SMTP_SURVEY_N_KINDS; kind++)
    {
      append_section (out, document, kind);
      if (kind == SMTP_SURVEY_SUITE)
        append_orders (out, document->survey);
    }
  append_findings (out, document);

  return g_string_free_to_bytes (out);
}

static void
add_versions (JsonBuilder *builder,
              guint        versions)
{
  json_builder_set_member_name (builder, "versions");
  json_builder_begin_array (builder);
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      if ((versions & 1u << version) != 0)
        json_builder_add_string_value (builder, smtp_survey_version_to_name (version));
    }
  json_builder_end_array (builder);
}

static void
add_row (JsonBuilder   *builder,
         SmtpSurveyRow *row,
         guint16        port)
{
  SmtpSurveyRating rating;

  smtp_survey_rate (row, port, &rating);
  json_builder_begin_object (builder);
  smtp_json_add_string (builder, "kind", smtp_survey_kind_to_id (smtp_survey_row_get_kind (row)));
  smtp_json_add_string (builder, "name", smtp_survey_row_get_name (row));
  smtp_json_add_string (builder, "verdict", smtp_survey_verdict_to_id (smtp_survey_row_get_verdict (row)));
  add_versions (builder, smtp_survey_row_get_versions (row));
  smtp_json_add_string (builder, "grade", smtp_grade_to_id (rating.grade));
  smtp_json_add_string (builder, "text", *rating.sentence != '\0' ? rating.sentence : NULL);
  smtp_json_add_string (builder, "source", rating.source);
  smtp_json_add_string (builder, "reason", smtp_survey_reason_to_id (smtp_survey_row_get_reason (row)));
  smtp_json_add_string (builder, "detail", smtp_survey_row_get_detail (row));
  json_builder_end_object (builder);
}

static void
add_orders (JsonBuilder    *builder,
            SmtpSurveyPlan *survey)
{
  json_builder_set_member_name (builder, "preference");
  json_builder_begin_array (builder);
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      const char *first;
      SmtpSurveyOrder order = smtp_survey_plan_get_order (survey, version, &first);

      if (first == NULL)
        continue;
      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "version", smtp_survey_version_to_name (version));
      smtp_json_add_string (builder, "order", smtp_survey_order_to_id (order));
      smtp_json_add_string (builder, "first", first);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_findings (JsonBuilder    *builder,
              SmtpPlan       *plan,
              SmtpTranscript *transcript)
{
  g_autoptr (GPtrArray) findings = transcript != NULL ? smtp_findings_new (plan, transcript) : NULL;

  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; findings != NULL && i < findings->len; i++)
    {
      const SmtpFinding *finding = findings->pdata[i];

      json_builder_begin_object (builder);
      smtp_json_add_string (builder, "id", finding->id);
      smtp_json_add_string (builder, "severity", smtp_severity_to_id (finding->severity));
      smtp_json_add_string (builder, "text", finding->text);
      smtp_json_add_string (builder, "advice", finding->advice);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_grades (JsonBuilder       *builder,
            SmtpSurveySummary *summary)
{
  json_builder_set_member_name (builder, "grades");
  json_builder_begin_object (builder);
  for (SmtpGrade grade = SMTP_GRADE_GOOD; grade < SMTP_N_GRADES; grade++)
    smtp_json_add_int (builder, smtp_grade_to_id (grade), summary->n_grades[grade]);
  json_builder_end_object (builder);
}

static void
add_head (JsonBuilder            *builder,
          const SmtpExportSurvey *document,
          SmtpTranscript         *transcript)
{
  g_autofree char *started = g_date_time_format (document->started, "%Y-%m-%dT%H:%M:%S%:z");

  smtp_json_add_int (builder, "schema", SCHEMA);
  smtp_json_add_string (builder, "program", document->program);
  smtp_json_add_string (builder, "version", PACKAGE_VERSION);
  smtp_json_add_string (builder, "started", started);
  smtp_json_add_time (builder, "elapsed", document->elapsed_us);
  smtp_export_json_add_target (builder, document->plan, transcript);
  smtp_json_add_string (builder, "outcome", smtp_outcome_to_id (document->summary->outcome));
  smtp_json_add_string (builder, "reason", document->summary->reason);
  smtp_json_add_string (builder, "verdict", document->summary->verdict);
  smtp_json_add_string (builder, "next", document->summary->next);
}

static GBytes *
export_json (const SmtpExportSurvey *document)
{
  g_autoptr (SmtpTranscript) transcript = find_transcript (document);
  SmtpTranscript *secure = smtp_survey_plan_get_secure (document->survey);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;
  gsize length;

  json_builder_begin_object (builder);
  add_head (builder, document, transcript);
  smtp_json_add_int (builder, "connections", smtp_survey_plan_get_n_done (document->survey));
  add_grades (builder, document->summary);

  json_builder_set_member_name (builder, "survey");
  json_builder_begin_array (builder);
  for (guint i = 0; i < get_n_rows (document->survey); i++)
    {
      g_autoptr (SmtpSurveyRow) row = get_row (document->survey, i);

      add_row (builder, row, smtp_plan_get_port (document->plan));
    }
  json_builder_end_array (builder);
  add_orders (builder, document->survey);
  smtp_export_json_add_capabilities (builder, transcript);
  add_findings (builder, document->plan, secure);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, &length);

  return g_bytes_new_take (text, length);
}

/**
 * smtp_export_survey:
 * @format: a format
 * @document: what goes into it
 *
 * Returns: (transfer full): the survey in that format, UTF-8
 */
GBytes *
smtp_export_survey (SmtpExportFormat        format,
                    const SmtpExportSurvey *document)
{
  return format == SMTP_EXPORT_JSON ? export_json (document) : export_text (document);
}
