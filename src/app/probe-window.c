/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/probe-form.h"
#include "app/probe-practice-menu.h"
#include "app/probe-run-page.h"
#include "app/probe-save.h"
#include "app/probe-survey-page.h"
#include "config.h"
#include "export/smtp-export.h"
#include "export/smtp-lines.h"
#include "practice/smtp-practice-server.h"
#include "session/smtp-local-name.h"
#include "session/smtp-session.h"

#define PRACTICE_HOST "127.0.0.1"
#define START_FRAME 2
#define NARROW      112  /* in digits of the window's font; below this the form folds away while a probe runs */

/* A run is under way while cancellable is set. session and diagnosis are those of the run that is shown. */
struct _ProbeWindow
{
  GtkApplicationWindow  parent_instance;

  GtkWidget            *paned;
  ProbeForm            *form;
  GtkStack             *pages;
  GtkStack             *run_stack;
  GtkDropDown          *kind;
  GtkLabel             *subtitle;
  GtkToggleButton      *search_button;
  GtkMenuButton        *menu_button;
  GMenu                *practice_section;
  ProbeRunPage         *page;
  ProbeSurveyPage      *survey_page;
  GtkWindow            *shortcuts;    /* once they were asked for */

  GSettings            *settings;
  SmtpPracticeServer   *server;
  ProbeSurveyPage      *survey;       /* the page, while a survey is what is shown; then there is no session */
  SmtpSession          *session;
  SmtpDiagnosis        *diagnosis;
  GCancellable         *cancellable;
  GCancellable         *name_cancellable;
  guint                 tick;
  guint                 n_frames;     /* since the run was asked for */
  guint                 n_shown;      /* steps whose recipients are up to date */
  gboolean              is_narrow;
  guint                 folding;      /* idle callback */
};

/* A run whose encryption is being made ready. */
typedef struct
{
  ProbeWindow  *window;
  GCancellable *cancellable;
  SmtpPlan     *plan;
  gboolean      is_survey;
} Start;

G_DEFINE_FINAL_TYPE (ProbeWindow, probe_window, GTK_TYPE_APPLICATION_WINDOW)

static const char *const kinds[] = { "connect", "recipients", "message", "tls-survey" };

static void
set_action_enabled (ProbeWindow *self,
                    const char  *name,
                    gboolean     enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), name, enabled);
}

static void
update_actions (ProbeWindow *self)
{
  gboolean running = self->cancellable != NULL;
  gboolean has_result = self->diagnosis != NULL || (self->survey != NULL && probe_survey_page_is_over (self->survey));
  gboolean has_run_page = self->page != NULL && self->survey == NULL;

  set_action_enabled (self, "win.run", !running);
  set_action_enabled (self, "win.practise", !running);
  set_action_enabled (self, "win.stop", running);
  set_action_enabled (self, "win.save", has_result);
  set_action_enabled (self, "win.copy-all", has_result);
  set_action_enabled (self, "win.copy", self->session != NULL || self->survey != NULL);
  set_action_enabled (self, "win.search", has_run_page);
  gtk_widget_set_sensitive (GTK_WIDGET (self->search_button), has_run_page);
  gtk_stack_set_visible_child_name (self->run_stack, running ? "stop" : "run");
}

static void
set_subtitle (ProbeWindow *self,
              SmtpPlan    *plan)
{
  g_autofree char *target = g_strdup_printf (strchr (smtp_plan_get_host (plan), ':') != NULL ? "[%s]:%u" : "%s:%u",
                                             smtp_plan_get_host (plan), smtp_plan_get_port (plan));
  g_autoptr (GString) text = g_string_new (target);

  if (self->cancellable != NULL)
    {
      g_string_append_printf (text, " — %s", _("running"));
    }
  else
    {
      g_autoptr (GString) duration = g_string_new (NULL);

      smtp_lines_append_duration (self->survey != NULL ? probe_survey_page_get_elapsed_us (self->survey)
                                                       : smtp_session_get_elapsed_us (self->session), duration);
      g_string_append (text, " — ");
      g_string_append_printf (text, _("finished in %s"), duration->str);
    }

  gtk_label_set_text (self->subtitle, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), TRUE);
}

/* Brings the outcomes of recipients up to date, once per frame, however many came. */
static void
show_recipients (ProbeWindow *self)
{
  SmtpTranscript *transcript = smtp_session_get_transcript (self->session);
  guint n_steps = smtp_transcript_get_n_steps (transcript);

  for (; self->n_shown < n_steps; self->n_shown++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, self->n_shown);

      if (!smtp_step_is_settled (step))
        break;
      if (smtp_step_get_recipient (step) >= 0)
        probe_form_show_step (self->form, step);
    }
}

static void
end_run (ProbeWindow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_object (&self->cancellable);
}

static void
on_run_over (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (ProbeWindow) self = user_data;
  SmtpSession *session = SMTP_SESSION (object);

  smtp_session_run_finish (session, result, NULL);
  if (self->session != session || self->page == NULL)
    return;  /* the window was closed meanwhile */

  end_run (self);
  show_recipients (self);
  self->diagnosis = smtp_diagnosis_new (smtp_session_get_plan (session), smtp_session_get_transcript (session));
  probe_run_page_end (self->page, session, self->diagnosis);
  set_subtitle (self, smtp_session_get_plan (session));
  update_actions (self);
}

/* Once per frame. The session starts when the page has been drawn: laying it out for the first time takes
 * longer than many a server needs to answer, and would count as the server's time. */
static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  ProbeWindow *self = PROBE_WINDOW (widget);

  if (++self->n_frames == START_FRAME)
    smtp_session_run_async (self->session, G_PRIORITY_DEFAULT, self->cancellable, on_run_over, g_object_ref (self));

  probe_run_page_update (self->page, self->session);
  show_recipients (self);

  return G_SOURCE_CONTINUE;
}

static void
show_page (ProbeWindow *self)
{
  if (self->page == NULL)
    {
      self->page = PROBE_RUN_PAGE (probe_run_page_new ());
      gtk_stack_add_named (self->pages, GTK_WIDGET (self->page), "run");
    }

  gtk_stack_set_visible_child_name (self->pages, "run");
}

static void
on_survey_over (ProbeWindow *self)
{
  end_run (self);
  set_subtitle (self, probe_survey_page_get_plan (self->survey));
  update_actions (self);
}

static gboolean
is_practising (ProbeWindow *self)
{
  g_autofree char *port = NULL;

  if (self->server == NULL)
    return FALSE;

  port = g_strdup_printf ("%u", smtp_practice_server_get_port (self->server));

  return probe_form_has_target (self->form, PRACTICE_HOST, port);
}

/* Keeps the values of the form, but for those of a practice server, which is gone tomorrow. */
static void
save_form (ProbeWindow *self)
{
  if (self->settings != NULL && !is_practising (self))
    probe_form_save (self->form, self->settings);
}

/* Forgets the run before. */
static void
begin (ProbeWindow *self)
{
  probe_form_begin_run (self->form);
  g_clear_pointer (&self->diagnosis, smtp_diagnosis_free);
  g_clear_object (&self->session);
  self->survey = NULL;
}

static void
show_running (ProbeWindow *self,
              SmtpPlan    *plan)
{
  set_subtitle (self, plan);
  if (self->is_narrow)
    gtk_widget_set_visible (GTK_WIDGET (self->form), FALSE);
  update_actions (self);
}

static void
begin_session (ProbeWindow     *self,
               SmtpPlan        *plan,
               SmtpTlsSettings *tls)
{
  begin (self);
  show_page (self);
  self->session = smtp_session_new (plan, tls);
  self->n_shown = 0;
  self->n_frames = 0;

  probe_run_page_begin (self->page, self->session);
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  show_running (self, plan);
}

static void
begin_survey (ProbeWindow     *self,
              SmtpPlan        *plan,
              SmtpTlsSettings *tls)
{
  begin (self);
  if (self->survey_page == NULL)
    {
      self->survey_page = PROBE_SURVEY_PAGE (probe_survey_page_new ());
      g_signal_connect_object (self->survey_page, "over", G_CALLBACK (on_survey_over), self, G_CONNECT_SWAPPED);
      gtk_stack_add_named (self->pages, GTK_WIDGET (self->survey_page), "survey");
    }

  self->survey = self->survey_page;
  gtk_stack_set_visible_child_name (self->pages, "survey");
  probe_survey_page_run (self->survey, plan, tls, self->cancellable);
  show_running (self, plan);
}

static void
start_free (Start *start)
{
  g_object_unref (start->window);
  g_object_unref (start->cancellable);
  smtp_plan_unref (start->plan);
  g_free (start);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Start, start_free)

/* The authority of a practice server is trusted for the run. */
static void
trust_practice (ProbeWindow     *self,
                SmtpTlsSettings *tls)
{
  GBytes *authority = is_practising (self) ? smtp_practice_server_get_authority (self->server) : NULL;

  if (authority != NULL)
    smtp_tls_settings_add_authority (tls, authority, NULL);
}

/* The files that the choices about encryption name are read, or something is wrong with them. */
static void
on_tls_loaded (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Start) start = user_data;
  ProbeWindow *self = start->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) tls = smtp_tls_settings_load_finish (result, &error);

  if (self->cancellable != start->cancellable)
    return;  /* the window was closed meanwhile */

  if (tls != NULL)
    {
      trust_practice (self, tls);
      (start->is_survey ? begin_survey : begin_session) (self, start->plan, tls);
      return;
    }

  end_run (self);
  update_actions (self);
  if (error->domain != SMTP_TLS_OPTIONS_ERROR)
    return;  /* stopped */

  gtk_widget_set_visible (GTK_WIDGET (self->form), TRUE);
  probe_form_show_encryption_error (self->form, smtp_tls_options_error_to_option (error->code), error);
}

static void
start_run (ProbeWindow *self)
{
  g_autoptr (SmtpPlan) plan = probe_form_make_plan (self->form);
  Start *start;

  if (plan == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->form), TRUE);
      return;
    }

  save_form (self);
  self->cancellable = g_cancellable_new ();
  if (smtp_plan_get_security (plan) == SMTP_SECURITY_NONE)
    {
      begin_session (self, plan, NULL);
      return;
    }

  update_actions (self);
  start = g_new0 (Start, 1);
  start->window = g_object_ref (self);
  start->cancellable = g_object_ref (self->cancellable);
  start->plan = smtp_plan_ref (plan);
  start->is_survey = gtk_drop_down_get_selected (self->kind) == PROBE_KIND_SURVEY;
  smtp_tls_settings_load_async (smtp_plan_get_tls (plan), probe_form_get_key_password (self->form), self->cancellable,
                                on_tls_loaded, start);
}

static void
run (GtkWidget  *widget,
     const char *name,
     GVariant   *parameter)
{
  start_run (PROBE_WINDOW (widget));
}

static void
stop (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  g_cancellable_cancel (PROBE_WINDOW (widget)->cancellable);
}

static void
practise (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  probe_window_practise (PROBE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
copy_text (ProbeWindow *self,
           const char  *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
copy_selected (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);
  g_autofree char *text = self->survey != NULL ? probe_survey_page_copy_selected (self->survey)
                          : self->page != NULL ? probe_run_page_copy_selected (self->page) : NULL;

  if (text != NULL)
    copy_text (self, text);
}

static GBytes *
export (ProbeWindow      *self,
        SmtpExportFormat  format)
{
  if (self->survey != NULL)
    return probe_survey_page_export (self->survey, format);

  return smtp_export_run (format, "smtp-probe", smtp_session_get_plan (self->session),
                          smtp_session_get_transcript (self->session), self->diagnosis);
}

static void
copy_all (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);
  g_autoptr (GBytes) bytes = export (self, SMTP_EXPORT_TEXT);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data, length);

  copy_text (self, text);
}

static void
save (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);
  SmtpPlan *plan = self->survey != NULL ? probe_survey_page_get_plan (self->survey) : smtp_session_get_plan (self->session);
  GDateTime *started = self->survey != NULL ? probe_survey_page_get_started (self->survey)
                                            : smtp_transcript_get_started (smtp_session_get_transcript (self->session));
  g_autofree char *date = g_date_time_format (started, "%Y-%m-%d-%H%M");
  g_autofree char *stem = g_strdup_printf ("smtp-probe-%s-%s", smtp_plan_get_host (plan), date);
  GBytes *documents[SMTP_EXPORT_N_FORMATS];

  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    documents[format] = export (self, format);

  probe_save (GTK_WINDOW (self), stem, documents);

  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    g_bytes_unref (documents[format]);
}

static void
search (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);

  if (self->page != NULL && self->survey == NULL)
    gtk_toggle_button_set_active (self->search_button, !probe_run_page_get_search (self->page));
}

static void
on_search_toggled (GtkToggleButton *button,
                   ProbeWindow     *self)
{
  if (self->page != NULL)
    probe_run_page_set_search (self->page, gtk_toggle_button_get_active (button));
}

static void
focus_host (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);

  gtk_widget_set_visible (GTK_WIDGET (self->form), TRUE);
  probe_form_focus_host (self->form);
}

static void
show_form (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  GtkWidget *form = GTK_WIDGET (PROBE_WINDOW (widget)->form);

  gtk_widget_set_visible (form, !gtk_widget_get_visible (form));
}

static void
show_help_overlay (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  ProbeWindow *self = PROBE_WINDOW (widget);

  /* As the help overlay of the window it looks up the keys of the actions. */
  if (self->shortcuts == NULL)
    {
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/example/SmtpProbe/help-overlay.ui");

      self->shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));
      gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self), GTK_SHORTCUTS_WINDOW (self->shortcuts));
    }

  gtk_window_present (self->shortcuts);
}

static void
on_kind_changed (GtkDropDown *drop_down,
                 GParamSpec  *pspec,
                 ProbeWindow *self)
{
  guint kind = gtk_drop_down_get_selected (drop_down);

  probe_form_set_kind (self->form, (ProbeKind) kind);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "probe-kind", kinds[kind]);
}

static void
on_name (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = smtp_local_name_finish (result, &error);

  if (name != NULL && error == NULL)
    probe_form_set_ehlo_name (PROBE_WINDOW (user_data)->form, name);
}

/* Made when the menu is opened for the first time. */
static void
on_menu (GtkMenuButton *button,
         gpointer       user_data)
{
  probe_practice_menu_fill (PROBE_WINDOW (user_data)->practice_section);
}

/* Not while the window is being laid out. */
static gboolean
fold (gpointer user_data)
{
  ProbeWindow *self = user_data;

  self->folding = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->form), !self->is_narrow || (self->session == NULL && self->survey == NULL));

  return G_SOURCE_REMOVE;
}

static int
get_digit_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS (pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);

  return width;
}

static void
probe_window_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  ProbeWindow *self = PROBE_WINDOW (widget);

  GTK_WIDGET_CLASS (probe_window_parent_class)->size_allocate (widget, width, height, baseline);

  if (self->is_narrow == (width < NARROW * get_digit_width (widget)))
    return;

  self->is_narrow = !self->is_narrow;
  if (self->folding == 0)
    self->folding = g_idle_add (fold, self);
}

static gboolean
probe_window_close_request (GtkWindow *window)
{
  ProbeWindow *self = PROBE_WINDOW (window);
  int width;
  int height;

  if (self->settings != NULL)
    {
      gtk_window_get_default_size (window, &width, &height);
      g_settings_set_int (self->settings, "window-width", width);
      g_settings_set_int (self->settings, "window-height", height);
      g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
      g_settings_set_int (self->settings, "pane-position", gtk_paned_get_position (GTK_PANED (self->paned)));
    }
  save_form (self);

  return GTK_WINDOW_CLASS (probe_window_parent_class)->close_request (window);
}

static void
probe_window_dispose (GObject *object)
{
  ProbeWindow *self = PROBE_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->name_cancellable != NULL)
    g_cancellable_cancel (self->name_cancellable);
  end_run (self);
  g_clear_handle_id (&self->folding, g_source_remove);
  self->page = NULL;
  self->survey = NULL;
  g_clear_object (&self->name_cancellable);
  g_clear_pointer (&self->diagnosis, smtp_diagnosis_free);
  g_clear_object (&self->session);
  if (self->server != NULL)
    smtp_practice_server_stop (self->server);
  g_clear_object (&self->server);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (probe_window_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.run", NULL, run);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "win.practise", "s", practise);
  gtk_widget_class_install_action (widget_class, "win.copy", NULL, copy_selected);
  gtk_widget_class_install_action (widget_class, "win.copy-all", NULL, copy_all);
  gtk_widget_class_install_action (widget_class, "win.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.focus-host", NULL, focus_host);
  gtk_widget_class_install_action (widget_class, "win.show-form", NULL, show_form);
  gtk_widget_class_install_action (widget_class, "win.show-help-overlay", NULL, show_help_overlay);
}

static void
probe_window_class_init (ProbeWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_window_dispose;
  widget_class->size_allocate = probe_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = probe_window_close_request;

  g_type_ensure (PROBE_TYPE_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, form);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, run_stack);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, kind);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ProbeWindow, practice_section);
  install_actions (widget_class);
}

static void
load_settings (ProbeWindow *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autofree char *kind = NULL;

  /* Run from a build folder there may be no schema; then nothing is remembered. */
  schema = source != NULL ? g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE) : NULL;
  if (schema == NULL)
    {
      gtk_window_set_default_size (GTK_WINDOW (self), 1220, 780);
      return;
    }

  self->settings = g_settings_new (APPLICATION_ID);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  gtk_paned_set_position (GTK_PANED (self->paned), g_settings_get_int (self->settings, "pane-position"));

  kind = g_settings_get_string (self->settings, "probe-kind");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (strcmp (kind, kinds[i]) == 0)
        {
          gtk_drop_down_set_selected (self->kind, i);
          probe_form_set_kind (self->form, (ProbeKind) i);
        }
    }
  probe_form_load (self->form, self->settings);
}

static void
probe_window_init (ProbeWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  /* In GTK 4.8 the focus goes to the button inside, which has no name of its own. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (self->kind))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Probe kind"), -1);
  load_settings (self);
  g_signal_connect (self->kind, "notify::selected", G_CALLBACK (on_kind_changed), self);
  g_signal_connect (self->search_button, "toggled", G_CALLBACK (on_search_toggled), self);
  gtk_menu_button_set_create_popup_func (self->menu_button, on_menu, self, NULL);
  update_actions (self);

  self->name_cancellable = g_cancellable_new ();
  smtp_local_name_async (self->name_cancellable, on_name, self);
}

/**
 * probe_window_new:
 * @application: the application
 *
 * Returns: (transfer none): a window with the last values in its form
 */
ProbeWindow *
probe_window_new (GtkApplication *application)
{
  return g_object_new (PROBE_TYPE_WINDOW, "application", application, NULL);
}

/**
 * probe_window_practise:
 * @self: a window
 * @personality: the name of a practice server
 *
 * Starts the practice server, fills the form with it, and runs.
 */
void
probe_window_practise (ProbeWindow *self,
                       const char  *personality)
{
  g_autoptr (SmtpPracticeServer) server = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *port = NULL;
  int index = smtp_practice_find (personality);

  if (index < 0 || self->cancellable != NULL)
    return;

  server = smtp_practice_server_new (personality, &error);
  if (server == NULL)
    {
      probe_save_show_error (GTK_WINDOW (self), _("The practice server cannot be started"), error->message);
      return;
    }

  if (self->server != NULL)
    smtp_practice_server_stop (self->server);
  g_set_object (&self->server, server);

  port = g_strdup_printf ("%u", smtp_practice_server_get_port (server));
  probe_form_set_target (self->form, PRACTICE_HOST, port, smtp_practice_get_security ((guint) index));
  probe_form_set_envelope (self->form, smtp_practice_get_sender ((guint) index), smtp_practice_get_recipients ((guint) index));
  if (gtk_drop_down_get_selected (self->kind) == PROBE_KIND_CONNECT ||
      (gtk_drop_down_get_selected (self->kind) == PROBE_KIND_SURVEY && strcmp (smtp_practice_get_security ((guint) index), "none") == 0))
    gtk_drop_down_set_selected (self->kind, PROBE_KIND_RECIPIENTS);
  start_run (self);
}

/**
 * probe_window_set_target:
 * @self: a window
 * @target: smtp://HOST:PORT, or what else stands for a server
 *
 * Returns: whether it made sense and stands in the form now
 */
gboolean
probe_window_set_target (ProbeWindow *self,
                         const char  *target)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autofree char *port = NULL;

  if (!smtp_plan_set_target (plan, target, NULL))
    return FALSE;

  port = g_strdup_printf ("%u", smtp_plan_get_port (plan));
  probe_form_set_target (self->form, smtp_plan_get_host (plan), port, NULL);

  return TRUE;
}
