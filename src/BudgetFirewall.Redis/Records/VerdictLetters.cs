namespace BudgetFirewall;

/// <summary>The letters that stand for verdicts in arguments and replies of scripts.</summary>
internal static class VerdictLetters
{
    public static Verdict Read(byte letter) => (char)letter switch
    {
        VerdictLetter.Admits => Verdict.Admit,
        VerdictLetter.Refuses => Verdict.Refuse,
        VerdictLetter.WouldRefuse => Verdict.WouldRefuse,
        VerdictLetter.Delays => Verdict.Delay,
        _ => throw Replies.Unknown((char)letter),
    };

    public static char Of(Verdict verdict) => verdict switch
    {
        Verdict.Admit => VerdictLetter.Admits,
        Verdict.Refuse => VerdictLetter.Refuses,
        Verdict.WouldRefuse => VerdictLetter.WouldRefuse,
        Verdict.Delay => VerdictLetter.Delays,
        Verdict.NeedsApproval => throw new NotSupportedException($"No limit of this version gives the verdict {verdict}."),
        _ => throw new InvalidOperationException($"There is no verdict {verdict}."),
    };
}
