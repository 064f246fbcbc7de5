using System.Globalization;
using BudgetFirewall.Fuzz;
using BudgetFirewall.Fuzz.Targets;

// BudgetFirewall.Fuzz [--seconds 60] [--seed 1] [--target NAME]: gives each parser and boundary mutated input for its share of the time.
// Ends with 1 at the first input that breaks a target, and prints it with the seed.
var seconds = double.Parse(Option("--seconds") ?? "60", CultureInfo.InvariantCulture);
var seed = int.Parse(Option("--seed") ?? "1", CultureInfo.InvariantCulture);
var only = Option("--target");

IFuzzTarget[] all =
[
    new IdTarget(), new AmountTarget(), new ScopeTextTarget(), new ConfigurationTarget(), new PriceFileTarget(), new JournalTarget(), new HttpBodyTarget(), new RedisValueTarget(),
];
IFuzzTarget[] targets = [.. all.Where(target => only is null || target.Name == only)];
if (targets.Length == 0)
{
    Console.Error.WriteLine($"There is no target '{only}'; there are {string.Join(", ", all.Select(target => target.Name))}.");
    return 2;
}
var failures = 0;
foreach (var target in targets)
    failures += await FuzzRun.OfAsync(target, seed, TimeSpan.FromSeconds(seconds / targets.Length)) ? 0 : 1;
return failures == 0 ? 0 : 1;

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
