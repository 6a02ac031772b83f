package dev.hejin.agent.app.probe;

import dev.hejin.agent.app.probe.ascend.AscendProbe;
import dev.hejin.agent.app.probe.biren.BirenProbe;
import dev.hejin.agent.app.probe.cambricon.CambriconProbe;
import dev.hejin.agent.app.probe.denglin.DenglinProbe;
import dev.hejin.agent.app.probe.enflame.EnflameProbe;
import dev.hejin.agent.app.probe.form.DeviceList;
import dev.hejin.agent.app.probe.form.MonitorTable;
import dev.hejin.agent.app.probe.form.QueryCsv;
import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.app.probe.hygon.AmdProbe;
import dev.hejin.agent.app.probe.hygon.HygonProbe;
import dev.hejin.agent.app.probe.iluvatar.IluvatarProbe;
import dev.hejin.agent.app.probe.kunlunxin.KunlunxinProbe;
import dev.hejin.agent.app.probe.metax.MetaxProbe;
import dev.hejin.agent.app.probe.mthreads.MooreThreadsProbe;
import dev.hejin.agent.app.probe.nvidia.NvlinkStatus;
import dev.hejin.agent.app.probe.nvidia.SmiProbe;
import dev.hejin.agent.app.probe.thead.THeadProbe;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The probe of one vendor that asks tools, with the words by which its outputs are told from others
 * of the same form, and the lists that tell of devices only beside other outputs.
 *
 * @param words in lower case
 */
record VendorForms(String vendor, Pattern words, Function<ToolRunner, Probe> factory) {
  private static final List<VendorForms> ALL =
      List.of(
          of("NVIDIA", "nvidia|geforce|\\bnvml\\b", SmiProbe::new),
          of("Huawei", "npu-smi|ascend|huawei|\\bnpu id\\b|\\bnpu\\d|hccs|dcmi", AscendProbe::new),
          of("Cambricon", "cnmon|cambricon|\\bmlu", CambriconProbe::new),
          of("Hygon", "hygon|haiguang|\\bdtk|hy-smi|\\b[hd]cu\\b", HygonProbe::new),
          of("Moore Threads", "mthreads|moore ?threads|\\bmtt ", MooreThreadsProbe::new),
          of("MetaX", "metax|mx-smi|ht-smi|\\bmxn?\\d|\\bmxc", MetaxProbe::new),
          of("Enflame", "enflame|efsmi|\\bgcu", EnflameProbe::new),
          of("Kunlunxin", "kunlun|xpu-smi|xpu_smi|xpu-rt|\\bp800", KunlunxinProbe::new),
          of("Iluvatar", "iluvatar|ix-ml|ixsmi", IluvatarProbe::new),
          of("Alibaba T-Head", "ppu-smi|\\bppu|t-?head", THeadProbe::new),
          of("Biren", "biren|brsmi|\\bbr10", BirenProbe::new),
          of("AMD", "\\bamd\\b|amd-rocm|radeon|instinct", AmdProbe::new),
          of("Denglin", "denglin|dlsmi", DenglinProbe::new));

  private static final Map<String, BiConsumer<String, Readings>> ALONE =
      Map.of(
          "dmon", MonitorTable::read,
          "-L", DeviceList::read,
          "--query-compute-apps", QueryCsv::readProcesses,
          "--query-gpu (without names)", QueryCsv::readUnnamed,
          "topo -m", SmiTopology::readAlone);

  private static VendorForms of(String vendor, String words, Function<ToolRunner, Probe> factory) {
    return new VendorForms(vendor, Pattern.compile(words), factory);
  }

  /** All probes over one runner. */
  static List<Probe> probes(ToolRunner runner) {
    return ALL.stream().map(forms -> forms.probe(runner)).toList();
  }

  /** That of a vendor; all of them for the empty name. */
  static List<VendorForms> matching(String vendor) {
    List<VendorForms> found =
        ALL.stream()
            .filter(each -> vendor.isEmpty() || each.vendor.equalsIgnoreCase(vendor))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "vendor is %s\nMaybe one of %s"
              .formatted(
                  vendor, String.join(", ", ALL.stream().map(VendorForms::vendor).toList())));
    }
    return found;
  }

  Probe probe(ToolRunner runner) {
    return factory.apply(runner);
  }

  /** How surely the text is of this vendor: the text's own words count more than the path. */
  int named(String text, String path) {
    return (words.matcher(text).find() ? 2 : 0) + (words.matcher(path).find() ? 1 : 0);
  }

  List<PlainOutput.Reading> alone(String text) {
    List<PlainOutput.Reading> readings = new ArrayList<>();
    ALONE.forEach((command, form) -> readings.add(reading(command, form, text)));
    readings.add(
        reading(
            "nvlink -s",
            (raw, to) -> {
              DeviceList.read(raw, to);
              NvlinkStatus.read(raw, to);
            },
            text));
    return readings;
  }

  private PlainOutput.Reading reading(
      String command, BiConsumer<String, Readings> form, String text) {
    Readings readings = new Readings().from(command);
    form.accept(text, readings);
    Inventory inventory = readings.inventory(vendor, command);
    return new PlainOutput.Reading(command, inventory);
  }
}
