/**
 * MQTT topics: names, filters and how filters relate, the rule of an access key about custom topics
 * (KEY-60 to KEY-65), and the topics of devices.
 *
 * <p>Which device topics a session may use depends on its reach and is not decided here.
 */
@NullMarked
package io.claviger.core.topic;

import org.jspecify.annotations.NullMarked;
