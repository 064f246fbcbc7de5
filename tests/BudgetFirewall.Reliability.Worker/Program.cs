using System.Globalization;
using System.Text.Json;
using BudgetFirewall.Reliability;

// A day with a ledger, which is killed and begun again: its job as JSON.
if (args is ["ledger", var day])
    return await LedgerDay.RunAsync(JsonSerializer.Deserialize<LedgerDayJob>(day)!);

// Delivers events until its input ends: the ledger's database, and the number of subscriptions at a time.
if (args is ["deliver", var database, var atOnce])
    return await EventDeliveries.RunAsync(database, int.Parse(atOnce, CultureInfo.InvariantCulture));

// One process of many: gets its job as JSON, says "ready", waits for a line, works, and prints its result as JSON. A second line stops it early.
await using var workload = new Workload(JsonSerializer.Deserialize<WorkJob>(args[0])!);
await workload.WarmUpAsync();
Console.WriteLine("ready");
await Console.In.ReadLineAsync();
_ = Task.Run(async () =>
{
    await Console.In.ReadLineAsync();
    workload.Stop();
});
Console.WriteLine(JsonSerializer.Serialize(await workload.RunAsync()));
return 0;
