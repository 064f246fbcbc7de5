namespace BudgetFirewall.Sample.Chat;

/// <summary>Somebody who asks.</summary>
/// <param name="Name">The id of the user's scope.</param>
/// <param name="WordsRead">After how many words of an answer they have had enough; null: never.</param>
/// <param name="Questions">What they ask.</param>
internal sealed record Person(string Name, int? WordsRead, params string[] Questions);
