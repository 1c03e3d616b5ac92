package io.claviger.benchmarks;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.HiveMQServer;
import com.hivemq.configuration.info.SystemInformation;
import com.hivemq.configuration.service.PersistenceConfigurationService.PersistenceMode;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.configuration.service.impl.ConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.MqttConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.PersistenceConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.RestrictionsConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.SecurityConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.listener.ListenerConfigurationServiceImpl;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.statistics.UsageStatisticsConfigImpl;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The same broker with an authenticator that lets everybody in: what our rules are compared with.
 */
public final class AllowAllBroker {
  private AllowAllBroker() {}

  /** Starts it on the port of the first argument. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    ListenerConfigurationServiceImpl listeners = new ListenerConfigurationServiceImpl();
    listeners.addListener(new TcpListener(port, "127.0.0.1", "tcp"));
    PersistenceConfigurationServiceImpl persistence = new PersistenceConfigurationServiceImpl();
    persistence.setMode(PersistenceMode.IN_MEMORY);
    MqttConfigurationServiceImpl mqtt = new MqttConfigurationServiceImpl();
    mqtt.setServerReceiveMaximum(20);
    HiveMQServer server =
        new HiveMQServer(
            new Folders(Files.createTempDirectory("allow-all")),
            new MetricRegistry(),
            new ConfigurationServiceImpl(
                listeners,
                mqtt,
                new RestrictionsConfigurationServiceImpl(),
                new SecurityConfigurationServiceImpl(),
                new UsageStatisticsConfigImpl(),
                persistence),
            false,
            false);
    server.bootstrap();
    server.startInstance(new Everybody());
    System.out.println("listens");
  }

  private record Folders(Path home) implements SystemInformation {
    @Override
    public void init() {
      // Nothing to look for.
    }

    @Override
    public String getHiveMQVersion() {
      return "embedded";
    }

    @Override
    public File getHiveMQHomeFolder() {
      return home.toFile();
    }

    @Override
    public File getConfigFolder() {
      return home.toFile();
    }

    @Override
    public File getLogFolder() {
      return home.toFile();
    }

    @Override
    public File getDataFolder() {
      return home.toFile();
    }

    @Override
    public File getExtensionsFolder() {
      return home.toFile();
    }

    @Override
    public long getRunningSince() {
      return 0;
    }

    @Override
    public int getProcessorCount() {
      return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public boolean isEmbedded() {
      return true;
    }
  }

  private static final class Everybody implements EmbeddedExtension, ExtensionMain {
    @Override
    public String getId() {
      return "everybody";
    }

    @Override
    public String getName() {
      return "everybody";
    }

    @Override
    public String getVersion() {
      return "1";
    }

    @Override
    public @Nullable String getAuthor() {
      return null;
    }

    @Override
    public int getPriority() {
      return 0;
    }

    @Override
    public int getStartPriority() {
      return 0;
    }

    @Override
    public ExtensionMain getExtensionMain() {
      return this;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
      SimpleAuthenticator authenticator = (_, result) -> result.authenticateSuccessfully();
      Services.securityRegistry().setAuthenticatorProvider(_ -> authenticator);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
      // The process ends.
    }
  }
}
