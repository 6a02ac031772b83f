/**
 * Who calls, whether they may, how much of it, and what the audit tells of it.
 *
 * <p>Start at {@link dev.hejin.scheduler.app.security.MethodRules}, the table, then {@link
 * dev.hejin.scheduler.app.security.AccessInterceptor}, the only place that admits calls. {@link
 * dev.hejin.scheduler.app.security.ServerSecurity} sets the port up.
 *
 * <p>Never here: what a call does. Certificates' keys and tokens are neither logged nor kept.
 */
@NullMarked
package dev.hejin.scheduler.app.security;

import org.jspecify.annotations.NullMarked;
