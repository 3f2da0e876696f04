using Traversal.Client;

namespace Traversal.Cli.Ice;

/// <summary>Signals as lines of JSON on standard output and input.</summary>
internal sealed class LineSignaling(TextReader input, TextWriter output) : ISignaling
{
    public ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
    {
        output.WriteLine(signal.ToJson());
        output.Flush();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            return IceSignal.TryParse(line, out IceSignal? signal)
                ? signal
                : throw new FormatException("standard input: the line is no JSON with ufrag, pwd and candidates");
        }

        return null;
    }
}
