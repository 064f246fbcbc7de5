using BudgetFirewall.Aot;

// A consumer compiled ahead of time. It ends with 0 when every total is what it must be.
var failures = new List<string>();
await BuilderChecks.RunAsync(failures);
await ContainerChecks.RunAsync(failures);
await CallChecks.RunAsync(failures);
foreach (var failure in failures)
    Console.WriteLine(failure);
Console.WriteLine(failures.Count == 0 ? $"All totals are right; {(System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported ? "just in time" : "native")} code." : $"{failures.Count} totals are wrong.");
return failures.Count;
