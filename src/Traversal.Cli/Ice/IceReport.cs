using System.Globalization;
using System.Runtime.CompilerServices;
using Traversal.Cli.Turn;
using Traversal.Client;
using Traversal.Ice;

namespace Traversal.Cli.Ice;

/// <summary>What is gathered; each line is printed as soon as it is known.</summary>
internal sealed class IceReport(TextWriter? output)
{
    private readonly List<IceConnectionEvent> _candidates = [];
    private readonly List<IceServerFailure> _failures = [];

    public IReadOnlyList<IceConnectionEvent> Candidates => _candidates;

    public IReadOnlyList<IceServerFailure> Failures => _failures;

    /// <summary>How long it took; null where the time was over first.</summary>
    public TimeSpan? Duration { get; private set; }

    /// <summary>What is wrong; null where nothing is.</summary>
    public string? Problem =>
        _failures.Count > 0 ? string.Join(' ', _failures.Select(failure => failure.Text)) :
        Duration is null ? "the time was over before every server had answered" :
        _candidates.Count == 0 ? "this machine has no address that could be a candidate" :
        null;

    public async Task GatherAsync(IceConnectionOptions options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(timeout);
        var connection = new IceConnection(options, new NobodySignaling());
        await using ConfiguredAsyncDisposable disposing = connection.ConfigureAwait(false);
        Task gathering = connection.GatherAsync(over.Token);
        try
        {
            await foreach (IceConnectionEvent happened in connection.Events.ReadAllAsync(over.Token).ConfigureAwait(false))
            {
                if (Take(happened)) break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What came until then is what there is.
        }

        await gathering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <returns>Whether it was the last.</returns>
    private bool Take(IceConnectionEvent happened)
    {
        switch (happened.Kind)
        {
            case IceConnectionEventKind.CandidateGathered:
                _candidates.Add(happened);
                IceCandidate candidate = happened.Candidate!;
                string server = happened.Server.IsNone ? "" : $"  by {happened.Server}";
                Say(happened.After, $"{KindOf(candidate),-5}  {candidate.Address}{server}  priority {candidate.Priority}");
                break;
            case IceConnectionEventKind.ServerFailed:
                _failures.Add(happened.Failure!);
                Say(happened.After, $"FAIL   {happened.Failure!.Text} {AdviceFor(happened.Failure)}");
                break;
            case IceConnectionEventKind.GatheringFinished:
                Duration = happened.After;
                Say(happened.After, "done");
                return true;
        }

        return false;
    }

    public static string KindOf(IceCandidate candidate) => candidate.Kind switch
    {
        IceCandidateKind.ServerReflexive => "srflx",
        IceCandidateKind.Relayed => "relay",
        _ => "host",
    };

    public static string AdviceFor(IceServerFailure failure) => failure.Server.Login is not null
        ? TurnAdvice.For(failure.Status)
        : failure.Status == TurnStatus.NoAnswer ? "Check address and port, and that no firewall drops it; where UDP is blocked, a TURN server by TCP or TLS helps."
        : StunAdvice.For(failure.Status switch
        {
            TurnStatus.NotFound => StunStatus.NotFound,
            _ => StunStatus.BadAnswer,
        });

    private void Say(TimeSpan after, string text) => output?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{after.TotalMilliseconds,9:0.0} ms  {text}"));

    private sealed class NobodySignaling : ISignaling
    {
        public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }
}
