package dev.hejin.client;

import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.ListDevicesResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists the pool. */
@Command(name = "devices", description = "List the devices of the pool with what they can and do.")
public final class DevicesCommand extends AbstractCommand {
  private static final int PAGE = 500;

  DevicesCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    ListDevicesResponse all = pages(scheduler);
    if (isJson()) {
      console().print(Json.document(all));
    } else {
      console().print(DeviceText.devices(all.getDevicesList()));
    }
    return 0;
  }

  /** All devices of the pool. */
  public static List<DeviceStatus> all(SchedulerConnection scheduler) {
    return pages(scheduler).getDevicesList();
  }

  private static ListDevicesResponse pages(SchedulerConnection scheduler) {
    List<DeviceStatus> devices = new ArrayList<>();
    ListDevicesResponse page;
    String token = "";
    do {
      page =
          scheduler
              .inventory()
              .listDevices(
                  ListDevicesRequest.newBuilder().setPageSize(PAGE).setPageToken(token).build());
      devices.addAll(page.getDevicesList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return page.toBuilder().clearDevices().addAllDevices(devices).build();
  }
}
