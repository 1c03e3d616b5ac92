package io.claviger.server.mqtt;

import com.hivemq.configuration.info.SystemInformation;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;

/** Where the broker lives. It keeps nothing there but, when told so, sessions and messages. */
final class BrokerFolders implements SystemInformation {
  private final Path home;
  private final long startedAt;

  BrokerFolders(Path home, Instant startedAt) {
    this.home = home;
    this.startedAt = startedAt.toEpochMilli();
  }

  @Override
  public void init() {
    // Nothing to look for: everything is known.
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
    return home.resolve("conf").toFile();
  }

  @Override
  public File getLogFolder() {
    return home.resolve("log").toFile();
  }

  @Override
  public File getDataFolder() {
    return home.resolve("data").toFile();
  }

  @Override
  public File getExtensionsFolder() {
    return home.resolve("extensions").toFile();
  }

  @Override
  public long getRunningSince() {
    return startedAt;
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
