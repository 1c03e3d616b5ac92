/**
 * API tokens of users ({@code /me/tokens}) and of applications ({@code /applications/.../tokens}).
 */
@NullMarked
package io.claviger.server.token;

import org.jspecify.annotations.NullMarked;
