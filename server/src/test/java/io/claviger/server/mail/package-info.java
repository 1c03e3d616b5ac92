/** Messages, through a real server for mail. */
@org.jspecify.annotations.NullMarked
package io.claviger.server.mail;
