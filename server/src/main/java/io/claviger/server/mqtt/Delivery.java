package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.publish.PUBLISH;
import java.util.concurrent.CompletionStage;

/**
 * Hands a message, with a topic inside, to the broker; done when every subscriber's queue has it.
 */
interface Delivery {
  CompletionStage<?> deliver(PUBLISH publish);
}
