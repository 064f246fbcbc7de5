namespace BudgetFirewall.Tool;

/// <summary>Which entries are to be replayed, and against what.</summary>
internal sealed record WhatIfQuestion(DateTimeOffset From, DateTimeOffset To, TimeSpan Lead, FileInfo Configuration, bool TakeUpChanges, bool AskForCharges);
