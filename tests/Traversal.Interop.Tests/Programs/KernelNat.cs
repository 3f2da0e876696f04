namespace Traversal.Interop.Tests.Programs;

/// <summary>
/// The NAT of the Linux kernel, by nftables; where that does not work, by iptables with the interface before it. What is used stands in the test's output.
/// </summary>
internal static class KernelNat
{
    /// <summary>The interface of a router that leads outside.</summary>
    public const string Outside = "out";

    private static readonly string[] IptablesNames = ["iptables-legacy", "iptables"];

    /// <summary>Lets a namespace forward, and hide behind its address what goes outside; skips the test where the kernel can't.</summary>
    /// <param name="networkNamespace">The router.</param>
    /// <param name="masquerade">How.</param>
    /// <param name="dropsUnasked">
    /// Whether what comes in unasked is dropped. Else it makes an entry of the router's own, which has the port when the first packet of a host behind it wants
    /// it.
    /// </param>
    public static async Task StartAsync(string networkNamespace, Masquerade masquerade, bool dropsUnasked)
    {
        await NetworkNamespace.ForwardAsync(networkNamespace);
        if (masquerade == Masquerade.None) return;

        string? failure = null;
        if (ExternalProgram.Nft is { } nft)
        {
            ProgramResult result = await NetworkNamespace.RunAsync(networkNamespace, NetworkNamespace.StepLimit, nft, Ruleset(masquerade, dropsUnasked));
            if (result.ExitCode == 0)
            {
                Say(networkNamespace, masquerade, nft);
                return;
            }

            failure = result.Transcript;
        }

        string iptables = ExternalProgram.RequireAnyOf("nftables", IptablesNames);
        foreach (string rule in Rules(masquerade, dropsUnasked))
        {
            ProgramResult result = await NetworkNamespace.RunAsync(networkNamespace, NetworkNamespace.StepLimit, iptables, rule.Split(' '));
            Assert.SkipUnless(result.ExitCode == 0, $"the kernel's NAT can't be used here: {failure} {result.Transcript}");
        }

        Say(networkNamespace, masquerade, iptables);
    }

    private static string Ruleset(Masquerade masquerade, bool dropsUnasked)
    {
        string translation = $$"""
            add table ip router
            add chain ip router leaving { type nat hook postrouting priority srcnat; }
            add rule ip router leaving oifname "{{Outside}}" masquerade {{(masquerade == Masquerade.DrawsPorts ? "fully-random" : "")}}

            """;
        const string Refusal = $$"""
            add chain ip router entering { type filter hook input priority filter; }
            add rule ip router entering iifname "{{Outside}}" ct state new drop

            """;
        return dropsUnasked ? translation + Refusal : translation;
    }

    private static IEnumerable<string> Rules(Masquerade masquerade, bool dropsUnasked)
    {
        yield return $"-t nat -A POSTROUTING -o {Outside} -j MASQUERADE{(masquerade == Masquerade.DrawsPorts ? " --random-fully" : "")}";
        if (dropsUnasked) yield return $"-A INPUT -i {Outside} -m conntrack --ctstate NEW -j DROP";
    }

    private static void Say(string networkNamespace, Masquerade masquerade, string program) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{networkNamespace}: {masquerade} by {program}");
}
