/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A TLS survey without any TLS: servers here are sets of what they accept. */

#include <gio/gio.h>

#include "dialogue/smtp-survey-estimate.h"

#define N_KXS     3
#define N_CIPHERS 5
#define N_MACS    3

static const char *const kxs[N_KXS] = { "ECDHE-RSA", "DHE-RSA", "RSA" };
static const char *const ciphers[N_CIPHERS] = { "AES-256-GCM", "AES-128-GCM", "AES-256-CBC", "AES-128-CBC", "3DES-CBC" };
static const char *const macs[N_MACS] = { "AEAD", "SHA256", "SHA1" };
static const char *const tls13[] = { "AES-128-GCM", "AES-256-GCM", "CHACHA20-POLY1305" };
static const char *const groups[] = { "X25519", "SECP256R1", "SECP384R1" };
static const char *const signatures[] = { "RSA-PSS-RSAE-SHA256", "RSA-PSS-RSAE-SHA512", "RSA-SHA256", "RSA-SHA1" };

/* What a server accepts, by name; and how it behaves. */
typedef struct
{
  SmtpSurveyCatalogue *catalogue;
  guint                versions;
  GHashTable          *accepted[SMTP_SURVEY_N_VERSIONS];  /* suites */
  GHashTable          *items;                             /* keywords of groups and signatures */
  gboolean             chooses;
  guint                dh_bits;
  SmtpTranscript      *transcript;
  SmtpTlsInfo         *tls;
} Server;

static SmtpSurveyCatalogue *
make_catalogue (void)
{
  SmtpSurveyCatalogue *catalogue = smtp_survey_catalogue_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (tls13); i++)
    {
      g_autofree char *name = g_strconcat ("TLS13 ", tls13[i], NULL);

      smtp_survey_catalogue_add_suite (catalogue, SMTP_TLS_VERSION_1_3, name, "", tls13[i], "AEAD");
    }

  for (int i = 0; i < N_KXS * N_CIPHERS * N_MACS; i++)
    {
      const char *kx = kxs[i / (N_CIPHERS * N_MACS)];
      const char *cipher = ciphers[i / N_MACS % N_CIPHERS];
      const char *mac = macs[i % N_MACS];
      g_autofree char *name = g_strjoin (" ", kx, cipher, mac, NULL);

      if (g_str_has_suffix (cipher, "GCM") != g_str_equal (mac, "AEAD"))
        continue;
      smtp_survey_catalogue_add_suite (catalogue, SMTP_TLS_VERSION_1_2, name, kx, cipher, mac);
      if (g_str_equal (mac, "SHA1"))
        smtp_survey_catalogue_add_suite (catalogue, SMTP_TLS_VERSION_1_0, name, kx, cipher, mac);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      smtp_survey_catalogue_add_group (catalogue, SMTP_TLS_VERSION_1_3, groups[i], groups[i]);
      smtp_survey_catalogue_add_group (catalogue, SMTP_TLS_VERSION_1_2, groups[i], groups[i]);
      smtp_survey_catalogue_add_group (catalogue, SMTP_TLS_VERSION_1_0, groups[i], groups[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      if (g_str_has_prefix (signatures[i], "RSA-PSS"))
        smtp_survey_catalogue_add_signature (catalogue, SMTP_TLS_VERSION_1_3, signatures[i], signatures[i]);
      smtp_survey_catalogue_add_signature (catalogue, SMTP_TLS_VERSION_1_2, signatures[i], signatures[i]);
    }
  smtp_survey_catalogue_add_missing (catalogue, SMTP_SURVEY_VERSION, "SSL 3.0", FALSE);
  smtp_survey_catalogue_add_missing (catalogue, SMTP_SURVEY_SUITE, "RC4", TRUE);

  return catalogue;
}

static Server *
server_new (guint versions)
{
  Server *self = g_new0 (Server, 1);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (0);

  self->catalogue = make_catalogue ();
  self->versions = versions;
  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    self->accepted[i] = g_hash_table_new (g_str_hash, g_str_equal);
  self->items = g_hash_table_new (g_str_hash, g_str_equal);
  for (gsize i = 0; i < 2; i++)
    g_hash_table_add (self->items, (gpointer) groups[i]);
  g_hash_table_add (self->items, (gpointer) "RSA-PSS-RSAE-SHA256");
  g_hash_table_add (self->items, (gpointer) "RSA-SHA1");
  self->transcript = smtp_transcript_new (now);
  self->tls = smtp_tls_info_new ();

  return self;
}

static void
server_free (Server *self)
{
  smtp_survey_catalogue_free (self->catalogue);
  for (int i = 0; i < SMTP_SURVEY_N_VERSIONS; i++)
    g_hash_table_unref (self->accepted[i]);
  g_hash_table_unref (self->items);
  g_object_unref (self->transcript);
  smtp_tls_info_unref (self->tls);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static gboolean
is_offered (char       **words,
            const char  *prefix,
            const char  *word)
{
  g_autofree char *whole = g_strconcat ("+", prefix, word, NULL);

  return g_strv_contains ((const char * const *) words, whole);
}

/* The place of a word in the offer. */
static int
find_place (char       **words,
            const char  *word)
{
  for (int i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '+' && g_str_equal (words[i] + 1, word))
        return i;
    }

  return -1;
}

/* A client's order is that of its key exchanges, then that of its ciphers, then that of its MACs. */
static int
weigh_suite (Server                *self,
             const SmtpSurveySuite *suite,
             char                 **words)
{
  const char *kx = self->catalogue->kxs->pdata[suite->kx];
  int place = *kx != '\0' ? find_place (words, kx) : 0;

  return (place * 1000 + find_place (words, self->catalogue->ciphers->pdata[suite->cipher])) * 1000 +
         find_place (words, self->catalogue->macs->pdata[suite->mac]);
}

static const SmtpSurveySuite *
pick_suite (Server          *self,
            SmtpTlsVersion   version,
            char           **words)
{
  const SmtpSurveySuite *picked = NULL;

  for (guint i = 0; i < self->catalogue->suites->len; i++)
    {
      const SmtpSurveySuite *suite = self->catalogue->suites->pdata[i];
      const char *kx = self->catalogue->kxs->pdata[suite->kx];

      if ((suite->versions & 1u << version) == 0 || !g_hash_table_contains (self->accepted[version], suite->name) ||
          (*kx != '\0' && !is_offered (words, "", kx)) ||
          !is_offered (words, "", self->catalogue->ciphers->pdata[suite->cipher]) ||
          !is_offered (words, "", self->catalogue->macs->pdata[suite->mac]))
        continue;
      if (picked == NULL || (!self->chooses && weigh_suite (self, suite, words) < weigh_suite (self, picked, words)))
        picked = suite;
    }

  return picked;
}

static const char *
pick_item (Server              *self,
           char               **words,
           const char          *prefix,
           const char * const  *items,
           gsize                n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (is_offered (words, prefix, items[i]) && g_hash_table_contains (self->items, items[i]))
        return items[i];
    }

  return NULL;
}

static void
ask (Server                   *self,
     const SmtpSurveyQuestion *question,
     SmtpSurveyAnswer         *answer)
{
  g_auto (GStrv) words = g_strsplit (question->priority, ":", -1);
  const SmtpSurveySuite *suite = pick_suite (self, question->version, words);
  const char *kx = suite != NULL ? self->catalogue->kxs->pdata[suite->kx] : "";
  const char *group = pick_item (self, words, "GROUP-", groups, G_N_ELEMENTS (groups));
  const char *signature = pick_item (self, words, "SIGN-", signatures, G_N_ELEMENTS (signatures));

  *answer = (SmtpSurveyAnswer) { .verdict = SMTP_SURVEY_REFUSED, .reached = TRUE, };
  if ((self->versions & 1u << question->version) == 0 || suite == NULL ||
      (group == NULL && (*kx == '\0' || g_str_has_prefix (kx, "ECDHE"))) ||
      (signature == NULL && !g_str_equal (kx, "RSA") && question->version >= SMTP_TLS_VERSION_1_2))
    return;

  g_free (self->tls->cipher);
  g_free (self->tls->group);
  g_free (self->tls->signature);
  g_free (self->tls->key_exchange);
  self->tls->cipher = g_strdup (suite->name);
  self->tls->key_exchange = g_strdup (kx);
  self->tls->signature = g_strdup (signature);
  self->tls->group = g_str_has_prefix (kx, "DHE") || g_str_equal (kx, "RSA") ? NULL : g_strdup (group);
  self->tls->group_bits = g_str_has_prefix (kx, "DHE") ? self->dh_bits : 0;
  answer->verdict = SMTP_SURVEY_ACCEPTED;
  answer->tls = self->tls;
}

/* Makes the whole survey; returns how many connections it took. */
static guint
run (Server         *self,
     SmtpSurveyPlan *plan)
{
  const SmtpSurveyQuestion *question;

  while ((question = smtp_survey_plan_next (plan)) != NULL)
    {
      SmtpSurveyAnswer answer;

      ask (self, question, &answer);
      smtp_survey_plan_answer (plan, &answer, self->transcript);
    }
  g_assert_true (smtp_survey_plan_is_done (plan));
  g_assert_cmpuint (smtp_survey_plan_get_n_planned (plan), ==, smtp_survey_plan_get_n_done (plan));

  return smtp_survey_plan_get_n_done (plan);
}

static SmtpSurveyRow *
find_row (SmtpSurveyPlan *plan,
          SmtpSurveyKind  kind,
          const char     *name)
{
  GListModel *rows = smtp_survey_plan_get_rows (plan);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      if (smtp_survey_row_get_kind (row) == kind && g_str_equal (smtp_survey_row_get_name (row), name))
        return row;
    }

  return NULL;
}

static void
assert_row (SmtpSurveyPlan    *plan,
            SmtpSurveyKind     kind,
            const char        *name,
            SmtpSurveyVerdict  verdict,
            guint              versions)
{
  SmtpSurveyRow *row = find_row (plan, kind, name);

  g_assert_nonnull (row);
  g_assert_cmpstr (smtp_survey_verdict_to_id (smtp_survey_row_get_verdict (row)), ==, smtp_survey_verdict_to_id (verdict));
  g_assert_cmpuint (smtp_survey_row_get_versions (row), ==, versions);
}

#define IN(version) (1u << SMTP_TLS_VERSION_##version)

static void
accept_suites (Server         *self,
               SmtpTlsVersion  version,
               ...)
{
  va_list names;
  const char *name;

  va_start (names, version);
  while ((name = va_arg (names, const char *)) != NULL)
    g_hash_table_add (self->accepted[version], (gpointer) name);
  va_end (names);
}

static void
test_few (void)
{
  g_autoptr (Server) server = server_new (IN (1_2));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
  guint n;

  accept_suites (server, SMTP_TLS_VERSION_1_2, "ECDHE-RSA AES-128-GCM AEAD", NULL);
  n = run (server, plan);

  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.2", SMTP_SURVEY_ACCEPTED, IN (1_2));
  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.3", SMTP_SURVEY_REFUSED, 0);
  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.0", SMTP_SURVEY_REFUSED, 0);
  assert_row (plan, SMTP_SURVEY_VERSION, "SSL 3.0", SMTP_SURVEY_NOT_TESTABLE, 0);
  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_VERSION, "SSL 3.0")), ==, SMTP_SURVEY_REASON_LIBRARY);
  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_SUITE, "RC4")), ==, SMTP_SURVEY_REASON_POLICY);
  assert_row (plan, SMTP_SURVEY_SUITE, "ECDHE-RSA AES-128-GCM AEAD", SMTP_SURVEY_ACCEPTED, IN (1_2));
  assert_row (plan, SMTP_SURVEY_SUITE, "RSA AES-128-GCM AEAD", SMTP_SURVEY_REFUSED, 0);
  assert_row (plan, SMTP_SURVEY_SUITE, "TLS13 AES-128-GCM", SMTP_SURVEY_REFUSED, 0);
  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_SUITE, "TLS13 AES-128-GCM")), ==,
                   SMTP_SURVEY_REASON_NO_VERSION);
  assert_row (plan, SMTP_SURVEY_GROUP, "X25519", SMTP_SURVEY_ACCEPTED, IN (1_2));
  assert_row (plan, SMTP_SURVEY_GROUP, "SECP384R1", SMTP_SURVEY_REFUSED, 0);
  assert_row (plan, SMTP_SURVEY_SIGNATURE, "RSA-SHA1", SMTP_SURVEY_ACCEPTED, IN (1_2));
  assert_row (plan, SMTP_SURVEY_SIGNATURE, "RSA-SHA256", SMTP_SURVEY_REFUSED, 0);

  /* 3 versions, 3 boxes at the most, no order of one suite, 2 + 1 groups, 2 + 1 signature schemes */
  g_assert_cmpuint (n, <=, 3 + 3 + 3 + 3);
}

/* Whatever a server accepts is what is found, and with no more connections than it takes. */
static void
test_any (void)
{
  for (int round = 0; round < 300; round++)
    {
      guint versions = (guint) g_test_rand_int_range (0, 8);
      g_autoptr (Server) server = server_new (((versions & 1) != 0 ? IN (1_3) : 0) | ((versions & 2) != 0 ? IN (1_2) : 0) |
                                              ((versions & 4) != 0 ? IN (1_0) : 0));
      g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
      guint n_accepted = 0;
      guint n;

      server->chooses = g_test_rand_bit ();
      server->dh_bits = 1024;
      for (guint i = 0; i < server->catalogue->suites->len; i++)
        {
          const SmtpSurveySuite *suite = server->catalogue->suites->pdata[i];

          for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_0; version <= SMTP_TLS_VERSION_1_3; version++)
            {
              if ((suite->versions & server->versions & 1u << version) != 0 && g_test_rand_bit ())
                n_accepted += g_hash_table_add (server->accepted[version], suite->name) ? 1 : 0;
            }
        }

      n = run (server, plan);
      for (guint i = 0; i < server->catalogue->suites->len; i++)
        {
          const SmtpSurveySuite *suite = server->catalogue->suites->pdata[i];
          guint in = 0;

          for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_0; version <= SMTP_TLS_VERSION_1_3; version++)
            in |= g_hash_table_contains (server->accepted[version], suite->name) ? 1u << version : 0;
          assert_row (plan, SMTP_SURVEY_SUITE, suite->name, in != 0 ? SMTP_SURVEY_ACCEPTED : SMTP_SURVEY_REFUSED, in);
        }
      /* Each suite that is found leaves three boxes at the most; then orders, groups, signature schemes. */
      g_assert_cmpuint (n, <=, 3 + 3 * n_accepted + 3 + 4 + 2 * 5);
    }
}

static void
test_order (void)
{
  for (int chooses = 0; chooses <= 1; chooses++)
    {
      g_autoptr (Server) server = server_new (IN (1_2) | IN (1_3));
      g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
      const char *first;

      server->chooses = chooses == 1;
      accept_suites (server, SMTP_TLS_VERSION_1_2, "ECDHE-RSA AES-256-GCM AEAD", "RSA 3DES-CBC SHA1", NULL);
      accept_suites (server, SMTP_TLS_VERSION_1_3, "TLS13 AES-128-GCM", NULL);
      run (server, plan);

      g_assert_cmpint (smtp_survey_plan_get_order (plan, SMTP_TLS_VERSION_1_2, &first), ==,
                       chooses == 1 ? SMTP_SURVEY_ORDER_SERVER : SMTP_SURVEY_ORDER_CLIENT);
      g_assert_cmpstr (first, ==, "ECDHE-RSA AES-256-GCM AEAD");
      g_assert_cmpint (smtp_survey_plan_get_order (plan, SMTP_TLS_VERSION_1_3, &first), ==, SMTP_SURVEY_ORDER_UNKNOWN);
      g_assert_cmpstr (first, ==, "TLS13 AES-128-GCM");
      g_assert_cmpint (smtp_survey_plan_get_order (plan, SMTP_TLS_VERSION_1_0, &first), ==, SMTP_SURVEY_ORDER_UNKNOWN);
      g_assert_null (first);
    }
}

static void
test_own_group (void)
{
  g_autoptr (Server) server = server_new (IN (1_2));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);

  server->dh_bits = 1024;
  accept_suites (server, SMTP_TLS_VERSION_1_2, "DHE-RSA AES-256-GCM AEAD", NULL);
  run (server, plan);

  assert_row (plan, SMTP_SURVEY_GROUP, "DH 1024", SMTP_SURVEY_ACCEPTED, IN (1_2));
  g_assert_cmpuint (smtp_survey_row_get_bits (find_row (plan, SMTP_SURVEY_GROUP, "DH 1024")), ==, 1024);
  assert_row (plan, SMTP_SURVEY_GROUP, "X25519", SMTP_SURVEY_NOT_TESTABLE, 0);
  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_GROUP, "X25519")), ==, SMTP_SURVEY_REASON_NOT_USED);
}

static void
test_no_signature (void)
{
  g_autoptr (Server) server = server_new (IN (1_2));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);

  accept_suites (server, SMTP_TLS_VERSION_1_2, "RSA AES-128-CBC SHA1", NULL);
  run (server, plan);

  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_SIGNATURE, "RSA-SHA256")), ==,
                   SMTP_SURVEY_REASON_NOT_USED);
}

static guint
count_rows (SmtpSurveyPlan    *plan,
            SmtpSurveyVerdict  verdict,
            SmtpSurveyReason   reason)
{
  GListModel *rows = smtp_survey_plan_get_rows (plan);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      n += smtp_survey_row_get_verdict (row) == verdict && smtp_survey_row_get_reason (row) == reason ? 1 : 0;
    }

  return n;
}

static void
test_busy (void)
{
  g_autoptr (Server) server = server_new (IN (1_3));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
  SmtpSurveyAnswer answer;

  accept_suites (server, SMTP_TLS_VERSION_1_3, "TLS13 AES-128-GCM", NULL);
  ask (server, smtp_survey_plan_next (plan), &answer);
  answer.stop = SMTP_SURVEY_REASON_BUSY;
  answer.stop_detail = (char *) "421 Enough";
  smtp_survey_plan_answer (plan, &answer, server->transcript);

  g_assert_true (smtp_survey_plan_is_done (plan));
  g_assert_null (smtp_survey_plan_next (plan));
  g_assert_cmpint (smtp_survey_plan_get_stop (plan), ==, SMTP_SURVEY_REASON_BUSY);
  g_assert_cmpstr (smtp_survey_plan_get_stop_detail (plan), ==, "421 Enough");
  /* What is known stays known. */
  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.3", SMTP_SURVEY_ACCEPTED, IN (1_3));
  assert_row (plan, SMTP_SURVEY_SUITE, "TLS13 AES-128-GCM", SMTP_SURVEY_ACCEPTED, IN (1_3));
  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.2", SMTP_SURVEY_NOT_TESTABLE, 0);
  g_assert_cmpuint (count_rows (plan, SMTP_SURVEY_WAITING, SMTP_SURVEY_REASON_NONE), ==, 0);
  g_assert_cmpuint (count_rows (plan, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_REASON_BUSY), >, 20);
}

/* A connection that came to nothing is made again; the third in a row is the last. */
static void
test_failures (void)
{
  g_autoptr (Server) server = server_new (IN (1_3));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
  SmtpSurveyAnswer failed = { .verdict = SMTP_SURVEY_NOT_TESTABLE, .reason = SMTP_SURVEY_REASON_CONNECTION, };
  SmtpSurveyAnswer answer;

  accept_suites (server, SMTP_TLS_VERSION_1_3, "TLS13 AES-128-GCM", NULL);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (smtp_survey_plan_next (plan)->version, ==, SMTP_TLS_VERSION_1_3);
      smtp_survey_plan_answer (plan, &failed, server->transcript);
    }
  ask (server, smtp_survey_plan_next (plan), &answer);
  smtp_survey_plan_answer (plan, &answer, server->transcript);
  assert_row (plan, SMTP_SURVEY_VERSION, "TLS 1.3", SMTP_SURVEY_ACCEPTED, IN (1_3));

  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (smtp_survey_plan_next (plan)->version, ==, SMTP_TLS_VERSION_1_2);
      g_assert_false (smtp_survey_plan_is_done (plan));
      smtp_survey_plan_answer (plan, &failed, server->transcript);
    }
  g_assert_cmpint (smtp_survey_plan_get_stop (plan), ==, SMTP_SURVEY_REASON_CONNECTION);
  g_assert_cmpuint (smtp_survey_plan_get_n_done (plan), ==, 6);
}

static void
test_cancelled (void)
{
  g_autoptr (Server) server = server_new (IN (1_3));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, TRUE);

  g_assert_cmpint (smtp_survey_plan_next (plan)->stage, ==, SMTP_SURVEY_STAGE_CLEAR);
  g_assert_null (smtp_survey_plan_get_question (plan)->priority);
  smtp_survey_plan_stop (plan, SMTP_SURVEY_REASON_CANCELLED, NULL);

  g_assert_true (smtp_survey_plan_is_done (plan));
  g_assert_null (smtp_survey_plan_get_question (plan));
  assert_row (plan, SMTP_SURVEY_IN_CLEAR, "MAIL", SMTP_SURVEY_NOT_TESTABLE, 0);
  g_assert_cmpuint (count_rows (plan, SMTP_SURVEY_WAITING, SMTP_SURVEY_REASON_NONE), ==, 0);
}

/* A server that picks what was not offered gets no second chance to do so for ever. */
static void
test_unclear (void)
{
  g_autoptr (Server) server = server_new (IN (1_3));
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
  const SmtpSurveyQuestion *question;

  accept_suites (server, SMTP_TLS_VERSION_1_3, "TLS13 AES-128-GCM", NULL);
  while ((question = smtp_survey_plan_next (plan)) != NULL)
    {
      SmtpSurveyAnswer answer;

      ask (server, question, &answer);
      if (question->version == SMTP_TLS_VERSION_1_3 && question->stage == SMTP_SURVEY_STAGE_SUITES)
        answer = (SmtpSurveyAnswer) { .verdict = SMTP_SURVEY_ACCEPTED, .reached = TRUE, .tls = server->tls, };
      smtp_survey_plan_answer (plan, &answer, server->transcript);
    }

  g_assert_cmpint (smtp_survey_plan_get_stop (plan), ==, SMTP_SURVEY_REASON_NONE);
  assert_row (plan, SMTP_SURVEY_SUITE, "TLS13 AES-256-GCM", SMTP_SURVEY_NOT_TESTABLE, 0);
  g_assert_cmpint (smtp_survey_row_get_reason (find_row (plan, SMTP_SURVEY_SUITE, "TLS13 AES-256-GCM")), ==,
                   SMTP_SURVEY_REASON_UNCLEAR);
}

static void
test_question (void)
{
  g_autoptr (Server) server = server_new (0);
  g_autoptr (SmtpSurveyPlan) plan = smtp_survey_plan_new (server->catalogue, FALSE);
  const SmtpSurveyQuestion *question = smtp_survey_plan_next (plan);

  g_assert_cmpint (question->stage, ==, SMTP_SURVEY_STAGE_VERSIONS);
  g_assert_cmpstr (question->priority, ==,
                   "NONE:+CTYPE-X509:+COMP-NULL:+VERS-TLS1.3:+ECDHE-RSA:+ECDHE-ECDSA:+DHE-RSA:+AES-128-GCM:+AES-256-GCM:"
                   "+CHACHA20-POLY1305:+AEAD:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:"
                   "+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA512");
}

static void
test_estimate (void)
{
  g_autoptr (SmtpSurveyCatalogue) catalogue = make_catalogue ();
  guint n = smtp_survey_estimate (catalogue, FALSE);

  g_assert_cmpuint (n, >, 20);
  g_assert_cmpuint (n, <, 60);
  g_assert_cmpuint (smtp_survey_estimate_seconds (100, 250), ==, 55);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/survey-plan/few", test_few);
  g_test_add_func ("/survey-plan/any", test_any);
  g_test_add_func ("/survey-plan/order", test_order);
  g_test_add_func ("/survey-plan/own-group", test_own_group);
  g_test_add_func ("/survey-plan/no-signature", test_no_signature);
  g_test_add_func ("/survey-plan/busy", test_busy);
  g_test_add_func ("/survey-plan/failures", test_failures);
  g_test_add_func ("/survey-plan/cancelled", test_cancelled);
  g_test_add_func ("/survey-plan/unclear", test_unclear);
  g_test_add_func ("/survey-plan/question", test_question);
  g_test_add_func ("/survey-plan/estimate", test_estimate);

  return g_test_run ();
}
