/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The JSON export, read back: every key that scripts rely on with its type, and what they hold. */

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>

#include "config.h"
#include "export/smtp-export.h"
#include "support/run-dialogue.h"

#define RUN_KEYS \
  "schema:i program:s version:s started:s elapsed:n target:o outcome:s reason:s verdict:s next:s? message_sent:b " \
  "recipients:a capabilities:a tls:o? findings:a steps:a"
#define TARGET_KEYS      "host:s port:i security:s address:s? local:s?"
#define RECIPIENT_KEYS   "address:s outcome:s code:i? enhanced:s? text:s?"
#define CAPABILITY_KEYS  "keyword:s parameters:a secure:b"
#define FINDING_KEYS     "id:s severity:s text:s advice:s? steps:a"
#define STEP_KEYS \
  "n:i kind:s phase:s secure:b at:n first_byte:n? ended:n limit:n? sent:s? sent_bytes:i reply:o? result:s note:s?"
#define REPLY_KEYS       "code:i? enhanced:s? class:s expected:b lines:a raw:s defects:a explanation:o?"
#define EXPLANATION_KEYS "id:s meaning:s actor:s retry:s next:s? certainty:s source:s"

static gboolean
has_type (JsonNode   *node,
          const char *type)
{
  GType value = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (JSON_NODE_HOLDS_NULL (node))
    return type[1] == '?';

  switch (*type)
    {
    case 'i':
      return value == G_TYPE_INT64;
    case 'n':
      return value == G_TYPE_INT64 || value == G_TYPE_DOUBLE;
    case 's':
      return value == G_TYPE_STRING;
    case 'b':
      return value == G_TYPE_BOOLEAN;
    case 'o':
      return JSON_NODE_HOLDS_OBJECT (node);
    case 'a':
      return JSON_NODE_HOLDS_ARRAY (node);
    default:
      g_assert_not_reached ();
    }
}

static void
check_keys (JsonObject *object,
            const char *keys)
{
  g_auto (GStrv) words = g_strsplit (keys, " ", -1);

  for (int i = 0; words[i] != NULL; i++)
    {
      char *type = strchr (words[i], ':');

      *type++ = '\0';
      if (!json_object_has_member (object, words[i]))
        g_error ("there is no %s", words[i]);
      if (!has_type (json_object_get_member (object, words[i]), type))
        g_error ("%s is not of type %s", words[i], type);
    }
}

static JsonObject *
get_nth (JsonObject *object,
         const char *key,
         guint       index)
{
  JsonArray *array = json_object_get_array_member (object, key);

  g_assert_cmpuint (index, <, json_array_get_length (array));

  return json_array_get_object_element (array, index);
}

static guint
count (JsonObject *object,
       const char *key)
{
  return json_array_get_length (json_object_get_array_member (object, key));
}

/* "a b c" of an array of strings or numbers. */
static char *
join (JsonObject *object,
      const char *key)
{
  JsonArray *array = json_object_get_array_member (object, key);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (json_node_get_value_type (node) == G_TYPE_STRING)
        g_string_append_printf (words, "%s%s", i > 0 ? " " : "", json_node_get_string (node));
      else
        g_string_append_printf (words, "%s%d", i > 0 ? " " : "", (int) json_node_get_int (node));
    }

  return g_string_free (words, FALSE);
}

/* Exports, parses, and checks what has to be so in every export. */
static JsonParser *
parse (DialogueRun  *run,
       JsonObject  **root)
{
  g_autoptr (GBytes) bytes = smtp_export_run (SMTP_EXPORT_JSON, "smtp-test", run->plan, run->transcript,
                                              run->diagnosis);
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  g_assert_true (run->done);
  g_assert_true (g_utf8_validate_len (text, length, NULL));
  json_parser_load_from_data (parser, text, (gssize) length, &error);
  g_assert_no_error (error);
  *root = json_node_get_object (json_parser_get_root (parser));

  check_keys (*root, RUN_KEYS);
  check_keys (json_object_get_object_member (*root, "target"), TARGET_KEYS);
  for (guint i = 0; i < count (*root, "recipients"); i++)
    check_keys (get_nth (*root, "recipients", i), RECIPIENT_KEYS);
  for (guint i = 0; i < count (*root, "capabilities"); i++)
    check_keys (get_nth (*root, "capabilities", i), CAPABILITY_KEYS);
  for (guint i = 0; i < count (*root, "findings"); i++)
    check_keys (get_nth (*root, "findings", i), FINDING_KEYS);
  for (guint i = 0; i < count (*root, "steps"); i++)
    {
      JsonObject *step = get_nth (*root, "steps", i);

      check_keys (step, STEP_KEYS);
      g_assert_cmpint (json_object_get_int_member (step, "n"), ==, i);
      if (!json_object_get_null_member (step, "reply"))
        {
          JsonObject *reply = json_object_get_object_member (step, "reply");

          check_keys (reply, REPLY_KEYS);
          if (!json_object_get_null_member (reply, "explanation"))
            check_keys (json_object_get_object_member (reply, "explanation"), EXPLANATION_KEYS);
        }
    }

  return parser;
}

static JsonObject *
get_reply (JsonObject *root,
           guint       step)
{
  return json_object_get_object_member (get_nth (root, "steps", step), "reply");
}

#define assert_string(object, key, expected) \
  g_assert_cmpstr (json_object_get_string_member (object, key), ==, expected)
#define assert_number(object, key, expected) \
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (object, key), expected, 1e-9)
#define assert_null(object, key) g_assert_true (json_object_get_null_member (object, key))

static void
test_partial (void)
{
  g_autoptr (DialogueRun) run = RUN (
    PLAN ("host=mx.example.test", "port=2525", "security=none", "from=me@example.org", "to=a@example.test",
          "to=bob@elsewhere.test", "to=c@example.test", "message=x"),
    "@192.0.2.25", "220 mx.example.test\r\n", "250-mx.example.test\r\n250-SIZE 1000\r\n250 HELP\r\n", "250 ok\r\n",
    "250 2.1.5 taken\r\n", "550-5.7.1 first\r\n550 5.7.1 Relay access denied\r\n", "450 4.2.0 Greylisted\r\n",
    "354 go\r\n", "250 2.0.0 queued\r\n", "221 bye\r\n");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);
  JsonObject *target = json_object_get_object_member (root, "target");
  JsonObject *one;
  g_autofree char *parameters = NULL;

  g_assert_cmpint (json_object_get_int_member (root, "schema"), ==, 1);
  assert_string (root, "program", "smtp-test");
  assert_string (root, "version", PACKAGE_VERSION);
  assert_string (root, "started", "2026-11-23T10:00:00+01:00");
  assert_string (root, "outcome", "partial");
  assert_string (root, "reason", "relay-denied");
  assert_string (root, "verdict", smtp_diagnosis_get_verdict (run->diagnosis));
  assert_string (root, "next", smtp_diagnosis_get_next (run->diagnosis));
  g_assert_true (json_object_get_boolean_member (root, "message_sent"));
  assert_null (root, "tls");

  assert_string (target, "host", "mx.example.test");
  g_assert_cmpint (json_object_get_int_member (target, "port"), ==, 2525);
  assert_string (target, "security", "none");
  assert_string (target, "address", "192.0.2.25");
  assert_string (target, "local", "192.0.2.9:40112");

  g_assert_cmpuint (count (root, "recipients"), ==, 3);
  one = get_nth (root, "recipients", 0);
  assert_string (one, "address", "a@example.test");
  assert_string (one, "outcome", "works");
  g_assert_cmpint (json_object_get_int_member (one, "code"), ==, 250);
  assert_string (one, "enhanced", "2.1.5");
  one = get_nth (root, "recipients", 1);
  assert_string (one, "address", "bob@elsewhere.test");
  assert_string (one, "outcome", "refused");
  assert_string (one, "enhanced", "5.7.1");
  assert_string (one, "text", "5.7.1 Relay access denied");
  assert_string (get_nth (root, "recipients", 2), "outcome", "later");

  g_assert_cmpuint (count (root, "capabilities"), ==, 2);
  assert_string (get_nth (root, "capabilities", 0), "keyword", "SIZE");
  parameters = join (get_nth (root, "capabilities", 0), "parameters");
  g_assert_cmpstr (parameters, ==, "1000");
  g_assert_cmpuint (count (root, "findings"), ==, 0);
}

/* Every step says what was done, in seconds since the start. */
static void
test_steps (void)
{
  static const struct
  {
    const char *kind;
    const char *phase;
    const char *sent;
    int         sent_bytes;
    double      at;
    double      ended;
    double      limit;
    const char *result;
  } expected[] = {
    { "lookup", "lookup", NULL, 0, 0, 0.01, 30, "accepted" },
    { "connect", "connect", NULL, 0, 0.01, 0.02, 30, "accepted" },
    { "greeting", "greeting", NULL, 0, 0.02, 0.03, 30, "accepted" },
    { "command", "ehlo", "EHLO pc.example.org", 21, 0.03, 0.04, 30, "accepted" },
    { "command", "mail", "MAIL FROM:<>", 14, 0.04, 0.05, 30, "accepted" },
    { "command", "rcpt", "RCPT TO:<a@example.test>", 26, 0.05, 1.56, 30, "accepted" },
    { "command", "data", "DATA", 6, 1.56, 1.57, 30, "wants-more" },
    { "content", "message", "Message text, 412 bytes, and the final dot", 415, 1.57, 1.58, 30, "refused" },
    { "command", "quit", "QUIT", 6, 1.58, 1.59, 10, "lost" },
  };
  g_autoptr (DialogueRun) run = RUN (
    PLAN ("host=mx.example.test", "to=a@example.test", "message=x"), "@192.0.2.25", "220 mx\r\n", "250 mx\r\n",
    "250 ok\r\n", "#1500", "250 ok\r\n", "354 go\r\n", "554 5.6.0 no\r\n", "-closed");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);

  g_assert_cmpuint (count (root, "steps"), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      JsonObject *step = get_nth (root, "steps", i);

      assert_string (step, "kind", expected[i].kind);
      assert_string (step, "phase", expected[i].phase);
      if (expected[i].sent != NULL)
        assert_string (step, "sent", expected[i].sent);
      else
        assert_null (step, "sent");
      g_assert_cmpint (json_object_get_int_member (step, "sent_bytes"), ==, expected[i].sent_bytes);
      assert_number (step, "at", expected[i].at);
      assert_number (step, "ended", expected[i].ended);
      assert_number (step, "limit", expected[i].limit);
      assert_string (step, "result", expected[i].result);
      if (i > 1 && i < 8)
        assert_number (step, "first_byte", expected[i].ended);
      else
        assert_null (step, "first_byte");
    }
  assert_number (root, "elapsed", 1.59);
  assert_string (get_nth (root, "steps", 0), "note", "Looked up mx.example.test: 192.0.2.25");
  assert_null (get_nth (root, "steps", 2), "note");
  assert_null (get_nth (root, "steps", 8), "reply");
  g_assert_nonnull (json_object_get_string_member (get_nth (root, "steps", 8), "note"));
  g_assert_false (json_object_get_boolean_member (root, "message_sent"));
}

static void
test_reply (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("to=a@example.test"), "220 mx\r\n", "250 mx\r\n", "250 ok\r\n",
                                     "550-5.1.1 no such\r\n550 5.1.1 user\r\n", "250 ok\r\n", "221 bye\r\n");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);
  JsonObject *reply = get_reply (root, 4);
  JsonObject *explanation = json_object_get_object_member (reply, "explanation");
  g_autofree char *lines = join (reply, "lines");

  g_assert_cmpint (json_object_get_int_member (reply, "code"), ==, 550);
  assert_string (reply, "enhanced", "5.1.1");
  assert_string (reply, "class", "permanent");
  g_assert_true (json_object_get_boolean_member (reply, "expected"));
  g_assert_cmpstr (lines, ==, "550-5.1.1 no such 550 5.1.1 user");
  g_assert_cmpuint (count (reply, "defects"), ==, 0);
  assert_string (explanation, "id", "mailbox-unknown");
  assert_string (explanation, "retry", "no");
  assert_string (explanation, "certainty", "high");
  assert_string (explanation, "actor", "you");
}

/* Whatever came, "raw" holds it to the byte, and the text beside it is harmless. */
static void
test_raw_bytes (void)
{
  g_autoptr (GByteArray) sent = g_byte_array_new ();
  g_autofree char *base64 = NULL;
  g_autofree char *event = NULL;
  g_autofree guchar *raw = NULL;
  g_autofree char *defects = NULL;
  g_autoptr (DialogueRun) run = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *root;
  JsonObject *reply;
  const char *line;
  gsize length;

  g_byte_array_append (sent, (const guint8 *) "220-", 4);
  for (int c = 1; c < 256; c++)
    {
      guint8 byte = (guint8) c;

      if (c != '\n')
        g_byte_array_append (sent, &byte, 1);
    }
  g_byte_array_append (sent, (const guint8 *) "\n220 \0\xe2\x80\xae\r\n", 11);
  base64 = g_base64_encode (sent->data, sent->len);
  event = g_strconcat ("=", base64, NULL);
  run = RUN (PLAN ("stop=greeting"), event, "221 bye\r\n");
  parser = parse (run, &root);
  reply = get_reply (root, 1);

  raw = g_base64_decode (json_object_get_string_member (reply, "raw"), &length);
  g_assert_cmpmem (raw, length, sent->data, sent->len);
  defects = join (reply, "defects");
  g_assert_cmpstr (defects, ==, "bare-lf bare-cr nul control-character eight-bit invalid-utf8");

  line = json_array_get_string_element (json_object_get_array_member (reply, "lines"), 0);
  g_assert_true (g_str_has_prefix (line, "220-\\x01\\x02"));
  g_assert_true (g_str_has_suffix (line, "\\xFD\\xFE\\xFF"));
  for (; *line != '\0'; line++)
    g_assert_true (g_ascii_isprint (*line));
}

/* Each kind of flaw once, with all the steps that show it. */
static void
test_findings (void)
{
  g_autoptr (DialogueRun) run = RUN (
    PLAN ("security=none", "to=a@example.test"), "220 mx\n", "250 \xc3\xa4\n", "250 ok\r\n", "550 4.1.1 unknown\r\n",
    "250 ok\n", "221 bye\r\n");
  static const struct
  {
    const char *id;
    const char *severity;
    const char *steps;
  } expected[] = {
    { "bare-lf", "warning", "1 2 5" },
    { "eight-bit", "info", "2" },
    { "enhanced-class-clash", "warning", "4" },
  };
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);

  g_assert_cmpuint (count (root, "findings"), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      JsonObject *finding = get_nth (root, "findings", i);
      g_autofree char *steps = join (finding, "steps");

      assert_string (finding, "id", expected[i].id);
      assert_string (finding, "severity", expected[i].severity);
      g_assert_cmpstr (steps, ==, expected[i].steps);
    }
}

/* What was not reached is there all the same, as null or empty. */
static void
test_unreachable (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("host=mx.example.test", "to=a@example.test"), "-no-such-name");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);
  JsonObject *target = json_object_get_object_member (root, "target");
  JsonObject *recipient = get_nth (root, "recipients", 0);

  assert_string (root, "outcome", "unreachable");
  assert_string (root, "reason", "name-not-found");
  assert_null (target, "address");
  assert_null (target, "local");
  assert_string (recipient, "outcome", "not-asked");
  assert_null (recipient, "code");
  assert_null (recipient, "enhanced");
  assert_null (recipient, "text");
  g_assert_cmpuint (count (root, "capabilities"), ==, 0);
  g_assert_cmpuint (count (root, "steps"), ==, 1);
  assert_string (get_nth (root, "steps", 0), "result", "refused");
}

static void
test_not_smtp (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN (NULL), "HTTP/1.1 400 Bad Request\r\n");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);
  JsonObject *reply = get_reply (root, 1);
  g_autofree char *defects = join (reply, "defects");

  assert_null (reply, "code");
  assert_string (reply, "class", "invalid");
  g_assert_false (json_object_get_boolean_member (reply, "expected"));
  g_assert_cmpstr (defects, ==, "no-code");
  assert_string (get_nth (root, "steps", 1), "result", "broken");
  assert_string (root, "next", "Check host and port.");
}

/* Unasked: nobody waited for it, so it has no limit. */
static void
test_unasked (void)
{
  g_autoptr (DialogueRun) run = RUN (PLAN ("to=a@example.test"), "220 mx\r\n", "250 mx\r\n421 4.3.2 going\r\n");
  JsonObject *root;
  g_autoptr (JsonParser) parser = parse (run, &root);
  JsonObject *step = get_nth (root, "steps", 3);

  assert_string (step, "kind", "unasked");
  assert_null (step, "limit");
  assert_null (step, "sent");
  assert_string (step, "result", "deferred");
  assert_string (root, "outcome", "later");
}

/* In another language only the sentences differ. */
static gboolean
is_sentence (const char *key)
{
  static const char *const keys[] = { "verdict", "next", "meaning", "text", "advice", "note", "sent", NULL };

  return g_strv_contains (keys, key);
}

static void
assert_same (JsonNode   *a,
             JsonNode   *b,
             const char *key)
{
  g_assert_cmpint (json_node_get_node_type (a), ==, json_node_get_node_type (b));
  if (JSON_NODE_HOLDS_OBJECT (a))
    {
      g_autoptr (GList) keys = json_object_get_members (json_node_get_object (a));

      g_assert_cmpuint (g_list_length (keys), ==, json_object_get_size (json_node_get_object (b)));
      for (GList *l = keys; l != NULL; l = l->next)
        assert_same (json_object_get_member (json_node_get_object (a), l->data),
                     json_object_get_member (json_node_get_object (b), l->data), l->data);
    }
  else if (JSON_NODE_HOLDS_ARRAY (a))
    {
      guint n = json_array_get_length (json_node_get_array (a));

      g_assert_cmpuint (n, ==, json_array_get_length (json_node_get_array (b)));
      for (guint i = 0; i < n; i++)
        assert_same (json_array_get_element (json_node_get_array (a), i),
                     json_array_get_element (json_node_get_array (b), i), key);
    }
  else if (!is_sentence (key))
    {
      g_assert_true (json_node_equal (a, b));
    }
}

static void
test_other_language (void)
{
  JsonObject *root[2];
  g_autoptr (JsonParser) english = NULL;
  g_autoptr (JsonParser) german = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (DialogueRun) run = NULL;

      g_setenv ("LANGUAGE", i == 0 ? "" : "de", TRUE);
      /* Tells gettext to look again. */
      textdomain (GETTEXT_PACKAGE);
      run = RUN (PLAN ("to=a@example.test"), "220 mx\r\n", "250 mx\n", "250 ok\r\n", "550 5.1.1 no such user\r\n",
                 "250 ok\r\n", "-closed");
      *(i == 0 ? &english : &german) = parse (run, &root[i]);
    }
  g_setenv ("LANGUAGE", "", TRUE);
  textdomain (GETTEXT_PACKAGE);

  g_assert_cmpstr (json_object_get_string_member (root[0], "verdict"), !=,
                   json_object_get_string_member (root[1], "verdict"));
  assert_same (json_parser_get_root (english), json_parser_get_root (german), "");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SMTP_PROBE_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/export/json/partial", test_partial);
  g_test_add_func ("/export/json/steps", test_steps);
  g_test_add_func ("/export/json/reply", test_reply);
  g_test_add_func ("/export/json/raw-bytes", test_raw_bytes);
  g_test_add_func ("/export/json/findings", test_findings);
  g_test_add_func ("/export/json/unreachable", test_unreachable);
  g_test_add_func ("/export/json/not-smtp", test_not_smtp);
  g_test_add_func ("/export/json/unasked", test_unasked);
  g_test_add_func ("/export/json/other-language", test_other_language);

  return g_test_run ();
}
