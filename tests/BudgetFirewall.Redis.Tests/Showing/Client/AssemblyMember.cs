namespace BudgetFirewall.Redis.Tests;

/// <summary>A method or field, and how it is called.</summary>
internal sealed record AssemblyMember(string Type, string Name, string Signature);
