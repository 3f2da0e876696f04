using System.CommandLine;
using Traversal.Client;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Cli.Ice;

/// <summary><c>traversal ice URI...</c>: which candidates does this machine gather, and what is wrong with its servers?</summary>
internal static class IceCommand
{
    private const double MostSeconds = 3600;

    private static readonly Argument<string[]> ServersArgument = new("URI")
    {
        Description = "stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp], turns:HOST[:PORT], ws://HOST[:PORT][/PATH], wss://HOST[:PORT][/PATH]; HOST[:PORT] is a STUN server.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> UserOption = new("--user") { Description = "The user's name on the TURN servers.", HelpName = "NAME" };

    private static readonly Option<string> PasswordOption = Password.NewOption("The password on the TURN servers.");

    private static readonly Option<bool> RelayOnlyOption = new("--relay-only") { Description = "Gather relayed candidates alone." };

    private static readonly Option<string[]> BindOption = new("--bind")
    {
        Description = "Use this address of the machine, loopback too, instead of those of its interfaces; may be said again.", HelpName = "ADDRESS", DefaultValueFactory = _ => [],
    };

    private static readonly Option<double> TimeoutOption = new("--timeout") { Description = "How long servers are waited for.", HelpName = "SECONDS", DefaultValueFactory = _ => 45 };

    private static readonly Option<bool> InsecureOption = new("--insecure") { Description = "Take any certificate: whoever is on the way can read the session." };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("ice", "Gather ICE candidates with STUN and TURN servers: each with its time, and what is wrong with servers that give none.")
        {
            ServersArgument, UserOption, PasswordOption, RelayOnlyOption, BindOption, TimeoutOption, InsecureOption, JsonOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        double seconds = command.GetValue(TimeoutOption);
        if (!(seconds is > 0 and <= MostSeconds)) return Exit.Usage($"ice: --timeout is more than 0 and at most {MostSeconds} seconds");
        if (!BindAddresses.TryParse(command.GetValue(BindOption)!, out IReadOnlyList<TransportAddress> bind, out string? badBind)) return Exit.Usage($"ice: {badBind}");

        string[] uris = command.GetValue(ServersArgument)!;
        if (Array.Find(uris, static uri => uri.StartsWith('-')) is { } unknown) return Exit.Usage($"ice: there is no option '{unknown.Split('=', ':')[0]}'");
        if (command.GetValue(RelayOnlyOption) && !uris.Any(IsTurn)) return Exit.Usage("ice: --relay-only needs a TURN server: turn:HOST[:PORT]");

        ILookup<bool, string> texts = uris.ToLookup(IsTurn);
        (IReadOnlyList<IceServer> servers, string? problem) = await IceServerList.ReadAsync(
            ("URI", [.. texts[false]]), ("URI", [.. texts[true]]), command.GetValue(UserOption), command.GetValue(PasswordOption), cancellationToken).ConfigureAwait(false);
        if (problem is not null) return Exit.Usage($"ice: {problem}");

        var options = new IceConnectionOptions
        {
            Servers = servers,
            Policy = command.GetValue(RelayOnlyOption) ? CandidatePolicy.RelayOnly : CandidatePolicy.All,
            LocalAddresses = bind,
            CertificateValidation = command.GetValue(InsecureOption) ? static (_, seen, _, _) => seen is not null : null,
        };
        var report = new IceReport(command.GetValue(JsonOption) ? null : Console.Out);
        await report.GatherAsync(options, TimeSpan.FromSeconds(seconds), cancellationToken).ConfigureAwait(false);
        if (command.GetValue(JsonOption)) IceJson.Write(report, Console.OpenStandardOutput());
        return report.Problem is { } failure ? Exit.Failure($"ice: {failure}") : Exit.Success;
    }

    private static bool IsTurn(string text) =>
        text.StartsWith("turn", StringComparison.OrdinalIgnoreCase) && text.Contains(':', StringComparison.Ordinal) && (ServerUri.TryParse(text, out ServerUri? uri) ? uri.IsTurn : true)
        || text.StartsWith("ws://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("wss://", StringComparison.OrdinalIgnoreCase);
}
