/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-plan.h"

#include <string.h>

#include "dialogue/smtp-survey-box.h"
#include "dialogue/smtp-survey-table.h"

#define BIT(index)    (G_GUINT64_CONSTANT (1) << (index))
#define ALL           G_MAXUINT64
#define MOST_FAILURES 3  /* connections in a row that came to nothing; then we leave the server alone */

typedef struct
{
  SmtpSurveyQuestion question;
  SmtpSurveyBox      box;         /* versions, suites, preference */
  guint64            items;       /* groups, signatures */
} Ask;

struct _SmtpSurveyPlan
{
  SmtpSurveyCatalogue *catalogue;  /* not owned */
  SmtpSurveyTable      table;

  SmtpSurveyStage      stage;
  GQueue               asks;        /* of this stage */
  GQueue               suite_asks;  /* of that one, collected before */
  Ask                 *current;
  guint                n_failures;  /* in a row */
  guint                n_done;
  guint                n_expected;

  int                  first[SMTP_SURVEY_N_VERSIONS];  /* the suite picked of all, or -1 */
  SmtpSurveyOrder      order[SMTP_SURVEY_N_VERSIONS];

  SmtpSurveyReason     stop;
  char                *stop_detail;
  SmtpTranscript      *clear;
  SmtpTranscript      *secure;
  SmtpTranscript      *last;
};

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_free (ask->question.priority);
  g_free (ask);
}

static gboolean
is_accepted (SmtpSurveyPlan *self,
             SmtpTlsVersion  version)
{
  return self->table.versions[version].status[version].verdict == SMTP_SURVEY_ACCEPTED;
}

static Ask *
new_ask (SmtpSurveyPlan *self,
         SmtpTlsVersion  version,
         SmtpSurveyBox   box,
         guint64         groups,
         guint64         signatures)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->question.stage = self->stage;
  ask->question.version = version;
  ask->box = box;
  if (version != SMTP_TLS_VERSION_DEFAULT)
    ask->question.priority = smtp_survey_box_compose (&box, self->catalogue, version, groups, signatures,
                                                      self->stage == SMTP_SURVEY_STAGE_PREFERENCE);

  return ask;
}

static void
begin_versions (SmtpSurveyPlan *self)
{
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      SmtpSurveyBox box = SMTP_SURVEY_BOX_ALL;

      if (smtp_survey_box_trim (&box, self->catalogue, version))
        g_queue_push_tail (&self->asks, new_ask (self, version, box, ALL, ALL));
    }
}

static void
begin_suites (SmtpSurveyPlan *self)
{
  while (!g_queue_is_empty (&self->suite_asks))
    g_queue_push_tail (&self->asks, g_queue_pop_head (&self->suite_asks));
}

/* The smallest box around the suites that are accepted in a version, of those whose key exchange is in @kxs.
 * Returns how many there are. */
static guint
get_accepted (SmtpSurveyPlan *self,
              SmtpTlsVersion  version,
              guint64         kxs,
              SmtpSurveyBox  *box)
{
  guint n = 0;

  *box = (SmtpSurveyBox) { 0, 0, 0 };
  for (guint i = 0; i < self->table.suites->len; i++)
    {
      const SmtpSurveySuite *suite = self->catalogue->suites->pdata[i];

      if (smtp_survey_entry_at (self->table.suites, i)->status[version].verdict == SMTP_SURVEY_ACCEPTED &&
          (kxs & BIT (suite->kx)) != 0)
        {
          box->kxs |= BIT (suite->kx);
          box->ciphers |= BIT (suite->cipher);
          box->macs |= BIT (suite->mac);
          n++;
        }
    }

  return n;
}

static void
begin_preference (SmtpSurveyPlan *self)
{
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      SmtpSurveyBox box;

      /* Nothing can be told from one suite. */
      if (get_accepted (self, version, ALL, &box) > 1)
        g_queue_push_tail (&self->asks, new_ask (self, version, box, ALL, ALL));
    }
}

/* The key exchanges whose keyword begins like that; suites without one of their own can do with any. */
static guint64
find_kxs (SmtpSurveyPlan     *self,
          const char * const *prefixes)
{
  guint64 found = BIT (0);

  for (guint i = 1; i < self->catalogue->kxs->len; i++)
    {
      for (int k = 0; prefixes[k] != NULL; k++)
        {
          if (g_str_has_prefix (self->catalogue->kxs->pdata[i], prefixes[k]))
            found |= BIT (i);
        }
    }

  return found;
}

/* In older versions just what the best one has is asked for; the groups are the same as a rule. */
static void
begin_groups (SmtpSurveyPlan *self)
{
  static const char *const with_curve[] = { "ECDHE", "ANON-ECDH", NULL };
  gboolean begun = FALSE;

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      SmtpSurveyBox box;

      if (begun)
        smtp_survey_entries_leave_out (self->table.groups, version);
      else if (is_accepted (self, version) && get_accepted (self, version, find_kxs (self, with_curve), &box) > 0)
        {
          Ask *ask = new_ask (self, version, box, ALL, ALL);

          ask->items = ALL;
          g_queue_push_tail (&self->asks, ask);
          begun = TRUE;
        }
      else if (is_accepted (self, version))
        smtp_survey_entries_settle (self->table.groups, version, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_NOT_USED, NULL);
    }
}

static void
begin_signatures (SmtpSurveyPlan *self)
{
  static const char *const signing[] = { "ECDHE-RSA", "ECDHE-ECDSA", "DHE-RSA", "DHE-DSS", "VKO", NULL };

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_2; version--)
    {
      SmtpSurveyBox box;

      if (!is_accepted (self, version))
        continue;
      if (get_accepted (self, version, find_kxs (self, signing), &box) > 0)
        {
          Ask *ask = new_ask (self, version, box, ALL, ALL);

          ask->items = ALL;
          g_queue_push_tail (&self->asks, ask);
        }
      else
        smtp_survey_entries_settle (self->table.signatures, version, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_NOT_USED, NULL);
    }
}

static void
begin_stage (SmtpSurveyPlan *self)
{
  static void (*const begin[SMTP_SURVEY_STAGE_DONE]) (SmtpSurveyPlan *) = {
    [SMTP_SURVEY_STAGE_VERSIONS] = begin_versions,     [SMTP_SURVEY_STAGE_SUITES] = begin_suites,
    [SMTP_SURVEY_STAGE_PREFERENCE] = begin_preference, [SMTP_SURVEY_STAGE_GROUPS] = begin_groups,
    [SMTP_SURVEY_STAGE_SIGNATURES] = begin_signatures,
  };

  if (self->stage == SMTP_SURVEY_STAGE_CLEAR)
    g_queue_push_tail (&self->asks, new_ask (self, SMTP_TLS_VERSION_DEFAULT, (SmtpSurveyBox) { 0, 0, 0 }, 0, 0));
  else
    begin[self->stage] (self);
}

static void
go_on (SmtpSurveyPlan *self)
{
  while (g_queue_is_empty (&self->asks) && self->stage != SMTP_SURVEY_STAGE_DONE)
    {
      self->stage++;
      if (self->stage != SMTP_SURVEY_STAGE_DONE)
        begin_stage (self);
    }
}

/* The same with an answer about a version that carries nothing. */
static void
settle_version (SmtpSurveyPlan         *self,
                SmtpTlsVersion          version,
                const SmtpSurveyAnswer *answer)
{
  gboolean refused = answer->verdict == SMTP_SURVEY_REFUSED;
  SmtpSurveyReason reason = refused ? SMTP_SURVEY_REASON_NO_VERSION : answer->reason;

  smtp_survey_entries_settle (self->table.suites, version, answer->verdict, reason, answer->detail);
  smtp_survey_entries_settle (self->table.groups, version, answer->verdict, reason, answer->detail);
  smtp_survey_entries_settle (self->table.signatures, version, answer->verdict, reason, answer->detail);
}

static int
find_suite (SmtpSurveyPlan *self,
            const char     *name)
{
  for (guint i = 0; i < self->catalogue->suites->len; i++)
    {
      if (g_strcmp0 (((SmtpSurveySuite *) self->catalogue->suites->pdata[i])->name, name) == 0)
        return (int) i;
    }

  return -1;
}

static void
settle_box (SmtpSurveyPlan      *self,
            const SmtpSurveyBox *box,
            SmtpTlsVersion       version,
            SmtpSurveyVerdict    verdict,
            SmtpSurveyReason     reason,
            const char          *detail)
{
  for (guint i = 0; i < self->table.suites->len; i++)
    {
      if (smtp_survey_box_holds (box, self->catalogue->suites->pdata[i], version))
        smtp_survey_entry_settle (smtp_survey_entry_at (self->table.suites, (guint) i), version, verdict, reason, detail);
    }
}

/* What was offered in a box, and what the server did with it. */
static void
take_suite (SmtpSurveyPlan         *self,
            Ask                    *ask,
            const SmtpSurveyAnswer *answer,
            GQueue                 *further)
{
  SmtpTlsVersion version = ask->question.version;
  SmtpSurveyBox rests[3];
  int suite;

  if (answer->verdict != SMTP_SURVEY_ACCEPTED)
    {
      settle_box (self, &ask->box, version, answer->verdict, answer->reason, answer->detail);
      return;
    }

  suite = find_suite (self, answer->tls->cipher);
  if (suite < 0 || !smtp_survey_box_holds (&ask->box, self->catalogue->suites->pdata[suite], version))
    {
      settle_box (self, &ask->box, version, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_UNCLEAR, answer->tls->cipher);
      return;
    }

  smtp_survey_entry_set (smtp_survey_entry_at (self->table.suites, (guint) suite), version, SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, NULL);
  if (ask->question.stage == SMTP_SURVEY_STAGE_VERSIONS)
    self->first[version] = suite;

  smtp_survey_box_split (&ask->box, self->catalogue->suites->pdata[suite], rests);
  for (int i = 2; i >= 0; i--)
    {
      if (smtp_survey_box_trim (&rests[i], self->catalogue, version))
        {
          Ask *rest = new_ask (self, version, rests[i], ALL, ALL);

          rest->question.stage = SMTP_SURVEY_STAGE_SUITES;
          g_queue_push_tail (further, rest);
        }
    }
}

/* Finite field groups of older versions are the server's choice, not an offer of ours; they are taken note of in
 * passing. */
static void
note_group (SmtpSurveyPlan    *self,
            SmtpTlsVersion     version,
            const SmtpTlsInfo *tls)
{
  if (version == SMTP_TLS_VERSION_1_3 || tls->key_exchange == NULL || strstr (tls->key_exchange, "ECDH") != NULL ||
      strstr (tls->key_exchange, "DH") == NULL)
    return;

  smtp_survey_entry_set (smtp_survey_table_find_group (&self->table, tls->group, tls->group_bits), version,
                         SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, NULL);
}

static void
take_version (SmtpSurveyPlan         *self,
              Ask                    *ask,
              const SmtpSurveyAnswer *answer)
{
  SmtpTlsVersion version = ask->question.version;

  smtp_survey_entry_set (&self->table.versions[version], version, answer->verdict, answer->reason, answer->detail);
  if (answer->verdict == SMTP_SURVEY_ACCEPTED)
    take_suite (self, ask, answer, &self->suite_asks);
  else
    settle_version (self, version, answer);
}

static void
take_preference (SmtpSurveyPlan         *self,
                 Ask                    *ask,
                 const SmtpSurveyAnswer *answer)
{
  SmtpTlsVersion version = ask->question.version;

  if (answer->verdict == SMTP_SURVEY_ACCEPTED && self->first[version] >= 0)
    self->order[version] = find_suite (self, answer->tls->cipher) == self->first[version] ? SMTP_SURVEY_ORDER_SERVER
                                                                                          : SMTP_SURVEY_ORDER_CLIENT;
}

/* What was offered of @items: settles it, or takes the one that was picked out and offers the rest again. */
static void
take_item (SmtpSurveyPlan         *self,
           Ask                    *ask,
           const SmtpSurveyAnswer *answer,
           GPtrArray              *items,
           GArray                 *entries,
           const char             *picked)
{
  SmtpTlsVersion version = ask->question.version;
  gboolean is_group = ask->question.stage == SMTP_SURVEY_STAGE_GROUPS;
  SmtpSurveyVerdict verdict = answer->verdict;
  SmtpSurveyReason reason = answer->reason;
  const char *detail = answer->detail;
  guint64 left = 0;
  guint index = items->len;

  for (guint i = 0; i < items->len; i++)
    {
      const SmtpSurveyItem *item = items->pdata[i];

      if ((ask->items & BIT (i)) == 0 || item->keywords[version] == NULL)
        continue;
      if (verdict == SMTP_SURVEY_ACCEPTED && g_strcmp0 (item->keywords[version], picked) == 0)
        index = i;
      else if (smtp_survey_entry_at (entries, i)->status[version].verdict == SMTP_SURVEY_WAITING)
        left |= BIT (i);
    }

  if (verdict == SMTP_SURVEY_ACCEPTED && index < items->len)
    {
      smtp_survey_entry_set (smtp_survey_entry_at (entries, index), version, SMTP_SURVEY_ACCEPTED, SMTP_SURVEY_REASON_NONE, NULL);
      if (left != 0)
        {
          Ask *rest = new_ask (self, version, ask->box, is_group ? left : ALL, is_group ? ALL : left);

          rest->items = left;
          g_queue_push_head (&self->asks, rest);
        }
      return;
    }

  if (verdict == SMTP_SURVEY_ACCEPTED)
    {
      verdict = SMTP_SURVEY_NOT_TESTABLE;
      reason = SMTP_SURVEY_REASON_UNCLEAR;
      detail = picked;
    }
  for (guint i = 0; i < items->len; i++)
    {
      if ((left & BIT (i)) != 0)
        smtp_survey_entry_settle (smtp_survey_entry_at (entries, i), version, verdict, reason, detail);
    }
}

static void
take_clear (SmtpSurveyPlan *self,
            SmtpTranscript *transcript)
{
  g_auto (SmtpSurveyAnswer) mail = { 0, };
  g_auto (SmtpSurveyAnswer) auth = { 0, };

  smtp_survey_answer_read_clear (transcript, SMTP_VERB_MAIL, &mail);
  smtp_survey_answer_read_clear (transcript, SMTP_VERB_OTHER, &auth);
  smtp_survey_row_set (self->table.mail, mail.verdict, 0, mail.reason, mail.detail);
  smtp_survey_row_set (self->table.auth, auth.verdict, 0, auth.reason, auth.detail);
  g_set_object (&self->clear, transcript);
}

static void
take (SmtpSurveyPlan         *self,
      Ask                    *ask,
      const SmtpSurveyAnswer *answer,
      SmtpTranscript         *transcript)
{
  if (answer->verdict == SMTP_SURVEY_ACCEPTED && answer->tls != NULL)
    {
      if (self->secure == NULL)
        self->secure = g_object_ref (transcript);
      note_group (self, ask->question.version, answer->tls);
    }

  switch (ask->question.stage)
    {
    case SMTP_SURVEY_STAGE_CLEAR:
      take_clear (self, transcript);
      break;
    case SMTP_SURVEY_STAGE_VERSIONS:
      take_version (self, ask, answer);
      break;
    case SMTP_SURVEY_STAGE_SUITES:
      take_suite (self, ask, answer, &self->asks);
      break;
    case SMTP_SURVEY_STAGE_PREFERENCE:
      take_preference (self, ask, answer);
      break;
    case SMTP_SURVEY_STAGE_GROUPS:
      take_item (self, ask, answer, self->catalogue->groups, self->table.groups, answer->tls != NULL ? answer->tls->group : NULL);
      break;
    case SMTP_SURVEY_STAGE_SIGNATURES:
      take_item (self, ask, answer, self->catalogue->signatures, self->table.signatures,
                 answer->tls != NULL ? answer->tls->signature : NULL);
      break;
    case SMTP_SURVEY_STAGE_DONE:
    default:
      break;
    }
}

/**
 * smtp_survey_plan_new:
 * @catalogue: what can be offered; must stay
 * @with_clear: whether there is a connection in clear to be asked about, too
 *
 * Returns: (transfer full): a survey before its first connection
 */
SmtpSurveyPlan *
smtp_survey_plan_new (SmtpSurveyCatalogue *catalogue,
                      gboolean             with_clear)
{
  SmtpSurveyPlan *self = g_new0 (SmtpSurveyPlan, 1);

  self->catalogue = catalogue;
  g_queue_init (&self->asks);
  g_queue_init (&self->suite_asks);
  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    self->first[i] = -1;

  smtp_survey_table_init (&self->table, catalogue, with_clear);
  self->stage = with_clear ? SMTP_SURVEY_STAGE_CLEAR : SMTP_SURVEY_STAGE_VERSIONS;
  begin_stage (self);
  go_on (self);

  return self;
}

/**
 * smtp_survey_plan_free:
 * @self: (transfer full): a survey
 */
void
smtp_survey_plan_free (SmtpSurveyPlan *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->asks, ask_free);
  g_queue_clear_full (&self->suite_asks, ask_free);
  g_clear_pointer (&self->current, ask_free);
  smtp_survey_table_clear (&self->table);
  g_clear_object (&self->clear);
  g_clear_object (&self->secure);
  g_clear_object (&self->last);
  g_free (self->stop_detail);
  g_free (self);
}

/**
 * smtp_survey_plan_set_expected:
 * @self: a survey
 * @n_connections: how many connections are expected, see smtp_survey_estimate()
 *
 * Sets what smtp_survey_plan_get_n_planned() begins with.
 */
void
smtp_survey_plan_set_expected (SmtpSurveyPlan *self,
                               guint           n_connections)
{
  self->n_expected = n_connections;
}

/**
 * smtp_survey_plan_next:
 * @self: a survey whose last question is answered
 *
 * Returns: (transfer none) (nullable): what the next connection is to offer, valid until it is answered; %NULL when
 *   all is known or the survey was stopped
 */
const SmtpSurveyQuestion *
smtp_survey_plan_next (SmtpSurveyPlan *self)
{
  g_return_val_if_fail (self != NULL && self->current == NULL, NULL);

  self->current = g_queue_pop_head (&self->asks);

  return self->current != NULL ? &self->current->question : NULL;
}

/**
 * smtp_survey_plan_answer:
 * @self: a survey with a question under way
 * @answer: what the connection said
 * @transcript: its steps
 *
 * Takes the answer. A connection that did not get as far as to ask is made again, but for no more than three in a
 * row; then, and when the server says 421, it is left alone.
 */
void
smtp_survey_plan_answer (SmtpSurveyPlan         *self,
                         const SmtpSurveyAnswer *answer,
                         SmtpTranscript         *transcript)
{
  Ask *ask;

  g_return_if_fail (self != NULL && self->current != NULL && answer->verdict != SMTP_SURVEY_WAITING);

  ask = g_steal_pointer (&self->current);
  self->n_done++;
  self->n_failures = answer->verdict == SMTP_SURVEY_NOT_TESTABLE ? self->n_failures + 1 : 0;
  g_set_object (&self->last, transcript);

  if (answer->reached)
    {
      take (self, ask, answer, transcript);
      ask_free (ask);
    }
  else
    {
      g_queue_push_head (&self->asks, ask);
    }

  if (answer->stop != SMTP_SURVEY_REASON_NONE)
    smtp_survey_plan_stop (self, answer->stop, answer->stop_detail);
  else if (self->n_failures >= MOST_FAILURES)
    smtp_survey_plan_stop (self, answer->reason, answer->detail);
  else
    go_on (self);
}

/**
 * smtp_survey_plan_stop:
 * @self: a survey
 * @reason: why
 * @detail: (nullable): what goes with the reason
 *
 * Ends the survey: whatever still waits is not testable.
 */
void
smtp_survey_plan_stop (SmtpSurveyPlan   *self,
                       SmtpSurveyReason  reason,
                       const char       *detail)
{
  GListModel *rows;

  g_return_if_fail (self != NULL);

  if (self->stage == SMTP_SURVEY_STAGE_DONE)
    return;

  g_queue_clear_full (&self->asks, ask_free);
  g_queue_clear_full (&self->suite_asks, ask_free);
  g_clear_pointer (&self->current, ask_free);
  self->stage = SMTP_SURVEY_STAGE_DONE;
  self->stop = reason;
  self->stop_detail = g_strdup (detail);

  rows = G_LIST_MODEL (self->table.rows);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      if (smtp_survey_row_get_verdict (row) == SMTP_SURVEY_WAITING)
        smtp_survey_row_set (row, SMTP_SURVEY_NOT_TESTABLE, 0, reason, detail);
    }
}

/**
 * smtp_survey_plan_get_rows:
 * @self: a survey
 *
 * Returns: (transfer none) (element-type SmtpSurveyRow): all there is to know, versions first, in fixed order; only
 *   groups of the server's own come in later, at the end
 */
GListModel *
smtp_survey_plan_get_rows (SmtpSurveyPlan *self)
{
  return G_LIST_MODEL (self->table.rows);
}

/**
 * smtp_survey_plan_get_question:
 * @self: a survey
 *
 * Returns: (transfer none) (nullable): the question under way
 */
const SmtpSurveyQuestion *
smtp_survey_plan_get_question (SmtpSurveyPlan *self)
{
  return self->current != NULL ? &self->current->question : NULL;
}

/**
 * smtp_survey_plan_get_n_done:
 * @self: a survey
 *
 * Returns: how many connections were made
 */
guint
smtp_survey_plan_get_n_done (SmtpSurveyPlan *self)
{
  return self->n_done;
}

/**
 * smtp_survey_plan_get_n_planned:
 * @self: a survey
 *
 * Returns: how many connections it will be, as far as can be told by now; at the end just how many it were
 */
guint
smtp_survey_plan_get_n_planned (SmtpSurveyPlan *self)
{
  guint n_known = self->n_done + self->asks.length + self->suite_asks.length + (self->current != NULL ? 1 : 0);

  return self->stage == SMTP_SURVEY_STAGE_DONE ? self->n_done : MAX (n_known, self->n_expected);
}

/**
 * smtp_survey_plan_is_done:
 * @self: a survey
 *
 * Returns: whether no question is left
 */
gboolean
smtp_survey_plan_is_done (SmtpSurveyPlan *self)
{
  return self->stage == SMTP_SURVEY_STAGE_DONE;
}

/**
 * smtp_survey_plan_get_stop:
 * @self: a survey
 *
 * Returns: why it ended early, or %SMTP_SURVEY_REASON_NONE
 */
SmtpSurveyReason
smtp_survey_plan_get_stop (SmtpSurveyPlan *self)
{
  return self->stop;
}

/**
 * smtp_survey_plan_get_stop_detail:
 * @self: a survey
 *
 * Returns: (transfer none) (nullable): what goes with the reason
 */
const char *
smtp_survey_plan_get_stop_detail (SmtpSurveyPlan *self)
{
  return self->stop_detail;
}

/**
 * smtp_survey_plan_get_order:
 * @self: a survey
 * @version: a version
 * @first: (out) (optional) (nullable): the suite that was picked when all were offered
 *
 * Returns: whose order of suites counts in it
 */
SmtpSurveyOrder
smtp_survey_plan_get_order (SmtpSurveyPlan  *self,
                            SmtpTlsVersion   version,
                            const char     **first)
{
  int index = self->first[version];

  if (first != NULL)
    *first = index >= 0 ? ((SmtpSurveySuite *) self->catalogue->suites->pdata[index])->name : NULL;

  return self->order[version];
}

SmtpTranscript *
smtp_survey_plan_get_clear (SmtpSurveyPlan *self)
{
  return self->clear;
}

SmtpTranscript *
smtp_survey_plan_get_secure (SmtpSurveyPlan *self)
{
  return self->secure;
}

SmtpTranscript *
smtp_survey_plan_get_last (SmtpSurveyPlan *self)
{
  return self->last;
}
