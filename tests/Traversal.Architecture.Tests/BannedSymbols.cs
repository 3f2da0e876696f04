namespace Traversal.Architecture.Tests;

/// <summary>The list that the compiler holds the sans-IO projects to, read a second time to hold what was compiled to it.</summary>
internal sealed class BannedSymbols
{
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _methods = new(StringComparer.Ordinal);

    public BannedSymbols(string path)
    {
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 2))
        {
            string symbol = line[2..].Split(';', '(')[0];
            switch (line[0])
            {
                case 'N':
                    _namespaces.Add(symbol);
                    break;
                case 'T':
                    _types.Add(symbol);
                    break;
                case 'M':
                    _methods.Add(symbol);
                    break;
                case 'P':
                    _methods.Add(symbol.Insert(symbol.LastIndexOf('.') + 1, "get_"));
                    break;
                default:
                    throw new FormatException($"'{line}' is none of N:, T:, M:, P:.");
            }
        }
    }

    public bool Holds(string typeNamespace, string typeName, string memberName)
    {
        string type = $"{typeNamespace}.{typeName}";
        return _types.Contains(type) || _methods.Contains($"{type}.{memberName}")
            || _namespaces.Any(banned => typeNamespace == banned || typeNamespace.StartsWith(banned + ".", StringComparison.Ordinal));
    }
}
